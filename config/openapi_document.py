"""This project's additions to the OpenAPI document: examples of requests and responses, and an introduction.

tests/test_openapi.py validates each example against its schema, and sends each request.
"""

from typing import Any

SOURCE_TEXT = (
    "The Moon is the only natural satellite of the Earth. It orbits the Earth at an average distance of "
    "384,400 kilometres. A lunar month lasts 29.5 days. The first person to walk on the Moon was Neil "
    "Armstrong, in July 1969. The Moon has no atmosphere, so its surface has no wind and no weather."
)
TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoiNDIifQ.c2lnbmF0dXJl"  # noqa: S105  (an example)
MAIL_TOKEN = "WzQyLCIzYTdmMGMyZDRlNmI4MTkwIl0:1wBxYz:c2lnbmF0dXJl"  # noqa: S105  (an example)
QUESTION = {
    "id": "0b0e3c1e-6a53-4a3f-8e0c-0f5a3f0a7b11",
    "text": "Who was the first person to walk on the Moon?",
    "questionType": "short-answer",
    "options": [],
    "answer": "Neil Armstrong",
    "marksAvailable": 1,
    "topic": "Moon",
    "excerpt": "The first person to walk on the Moon was Neil Armstrong, in July 1969.",
}
QUESTION_SET = {
    "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "name": "The Moon",
    "engine": "offline",
    "createdAt": "2026-03-02T10:15:00Z",
    "questions": [QUESTION],
}
EVALUATION = {
    "id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "questionId": QUESTION["id"],
    "userAnswer": "Neil Armstrong",
    "correctedAnswer": "Neil Armstrong",
    "marksAvailable": 1,
    "marksAchieved": 1,
    "feedback": "Correct.",
    "engine": "offline",
    "createdAt": "2026-03-02T10:16:00Z",
}
PRICE = {
    "action": "generate_from_source",
    "base": 5,
    "perUnit": 1,
    "unit": "question",
    "perMillionInputTokens": 0,
    "perMillionOutputTokens": 0,
    "minimum": 0,
}
ACTIVE_SESSION = {
    "id": "9b2d3c1e-5d0f-4f0a-8a53-2f1c1e0c7b11",
    "createdAt": "2026-03-02T10:15:00Z",
    "lastUsedAt": "2026-03-02T11:15:00Z",
    "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "current": True,
}
PREVIEW = {"required": 6, "available": 100, "covered": True, "spendingLimitReached": None, "price": PRICE}
JOB_SUMMARY = {
    "id": "16fd2706-8baf-433b-82eb-8c7fada847da",
    "action": "generate_from_source",
    "state": "queued",
    "progress": {"finished": 0, "total": 1},
    "error": None,
    "createdAt": "2026-03-02T10:15:00Z",
    "startedAt": None,
    "finishedAt": None,
    "deadlineAt": "2026-03-02T10:25:00Z",
}
JOB: dict[str, Any] = {**JOB_SUMMARY, "partialResult": [], "result": None}
FINISHED = {"startedAt": "2026-03-02T10:15:01Z", "finishedAt": "2026-03-02T10:15:03Z"}
SUCCEEDED = {"state": "succeeded", "progress": {"finished": 1, "total": 1}, **FINISHED}
PROFILE = {
    "id": 42,
    "email": "ada@example.com",
    "emailVerified": False,
    "name": "Ada",
    "aiCredits": 100,
    "aiCreditsHeld": 0,
    "plan": "free",
    "subscriptionStatus": None,
    "subscriptionId": None,
    "stripeCustomerId": None,
    "currentPeriodEnd": None,
    "cancelAtPeriodEnd": False,
    "blocked": False,
    "createdAt": "2026-03-01T09:00:00Z",
}
SESSION = {"token": TOKEN, "refreshToken": TOKEN, "user": PROFILE}
TOKENS = {"token": TOKEN, "refreshToken": TOKEN}
ENTRY = {
    "id": 1001,
    "kind": "spend",
    "actionType": "generate_from_source",
    "amount": -6,
    "creditsUsed": 6,
    "referenceType": "question_set",
    "referenceId": QUESTION_SET["id"],
    "balanceAfter": 94,
    "questionSetId": QUESTION_SET["id"],
    "reason": "",
    "createdAt": "2026-03-02T10:15:00Z",
}
SPENDING_LIMIT = {
    "period": "month",
    "amount": 500,
    "held": 0,
    "used": 6,
    "resetsAt": "2026-04-01T00:00:00Z",
}
PLAN = {
    "plan": "pro",
    "name": "Pro",
    "creditsPerPeriod": 1000,
    "amount": 2000,
    "currency": "usd",
    "interval": "month",
    "intervalCount": 1,
    "prices": [
        {"amount": 2000, "currency": "usd", "interval": "month", "intervalCount": 1, "creditsPerPeriod": 1000}
    ],
}
PACK = {
    "pack": "pack-500",
    "name": "500 credits",
    "credits": 500,
    "amount": 900,
    "currency": "usd",
    "prices": [{"amount": 900, "currency": "usd"}],
}
API_KEY = {
    "id": 7,
    "name": "Production server",
    "prefix": "EXAMPLE0",
    "scopes": ["read", "spend"],
    "createdAt": "2026-03-02T10:00:00Z",
    "lastUsedAt": None,
    "expiresAt": None,
}
# The checksum at its end is wrong, so scanners can tell that it is no key.
NEW_API_KEY = {**API_KEY, "key": "pck_EXAMPLE0_ExampleExampleExampleExampleExampXXXXXX"}
CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}
GENERATE = {"sourceText": SOURCE_TEXT, "name": "The Moon", "questionCount": 1}
CHECKOUT = {
    "sessionId": "cs_test_a1B2c3D4e5F6",
    "url": "https://checkout.stripe.com/c/pay/cs_test_a1B2c3D4e5F6",
}


def _page(row: dict[str, Any]) -> dict[str, Any]:
    return {"next": None, "previous": None, "results": [row]}


# By operationId: for the request and for each status, examples by name.
SET_LIMIT: dict[str, dict[str, Any]] = {
    "request": {"At most 500": {"amount": 500}},
    "200": {"Spending limit": SPENDING_LIMIT},
}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "auth_register": {
        "request": {"Sign up": {**CREDENTIALS, "name": "Ada"}},
        "201": {"Signed up": SESSION},
    },
    "auth_login": {"request": {"Sign in": CREDENTIALS}, "200": {"Signed in": SESSION}},
    "auth_refresh": {"request": {"Refresh": {"refreshToken": TOKEN}}, "200": {"New tokens": TOKENS}},
    "auth_logout": {"request": {"Sign out": {"refreshToken": TOKEN}}},
    "auth_sessions_list": {"200": {"Page": _page(ACTIVE_SESSION)}},
    "auth_verify_email": {"request": {"Verify": {"token": MAIL_TOKEN}}},
    "auth_forgot_password": {"request": {"Forgotten": {"email": "ada@example.com"}}},
    "auth_reset_password": {
        "request": {"New password": {"token": MAIL_TOKEN, "password": "a quite different passphrase"}}
    },
    "auth_change_password": {
        "request": {
            "New password": {
                "currentPassword": CREDENTIALS["password"],
                "newPassword": "a quite different passphrase",
            }
        },
        "200": {"New tokens": TOKENS},
    },
    "auth_change_email": {
        "request": {
            "New email address": {"email": "ada@new.example.com", "password": CREDENTIALS["password"]},
        }
    },
    "auth_confirm_email": {"request": {"Confirm": {"token": MAIL_TOKEN}}},
    "auth_delete_account": {"request": {"Delete": {"password": "correct horse battery"}}},
    "users_export": {"200": {"Export": {"exportedAt": "2026-03-02T10:15:00Z", "profile": PROFILE}}},
    "auth_me_retrieve": {"200": {"Profile": PROFILE}},
    "auth_me_partial_update": {
        "request": {"New name": {"name": "Ada Lovelace"}},
        "200": {"Profile": {**PROFILE, "name": "Ada Lovelace"}},
    },
    "users_profile_retrieve": {"200": {"Profile": PROFILE}},
    "users_profile_partial_update": {
        "request": {"New name": {"name": "Ada Lovelace"}},
        "200": {"Profile": {**PROFILE, "name": "Ada Lovelace"}},
    },
    "keys_list": {"200": {"Page": _page({**API_KEY, "lastUsedAt": "2026-03-02T10:15:00Z"})}},
    "keys_create": {
        "request": {
            "Key of a server": {
                "name": "Production server",
                "scopes": ["read", "spend"],
                "password": CREDENTIALS["password"],
            },
            "Key that expires": {
                "name": "Report",
                "scopes": ["read"],
                "password": CREDENTIALS["password"],
                "expiresAt": "2099-01-01T00:00:00Z",
            },
        },
        "201": {"New key": NEW_API_KEY},
    },
    "keys_partial_update": {
        "request": {"New name": {"name": "Staging server"}},
        "200": {"Key": {**API_KEY, "name": "Staging server"}},
    },
    "keys_rotate": {
        "request": {"Password": {"password": CREDENTIALS["password"]}},
        "200": {"New key": NEW_API_KEY},
    },
    "credits_balance": {
        "200": {
            "Balance": {
                "aiCredits": 94,
                "aiCreditsHeld": 0,
                "nextExpiryAt": None,
                "plan": "free",
                "prices": [PRICE],
            }
        }
    },
    "credits_log": {"200": {"Page": _page(ENTRY)}},
    "credits_usage": {
        "200": {
            "Usage": {
                "from": "2026-03-01",
                "to": "2026-03-30",
                "groupBy": "action",
                "totalCreditsUsed": 6,
                "results": [{"group": "generate_from_source", "creditsUsed": 6, "calls": 1}],
            }
        }
    },
    "credits_limits_list": {"200": {"Page": _page(SPENDING_LIMIT)}},
    "keys_limits_list": {"200": {"Page": _page(SPENDING_LIMIT)}},
    "credits_limits_update": SET_LIMIT,
    "keys_limits_update": SET_LIMIT,
    "payments_plans": {"200": {"On sale": {"plans": [PLAN], "packs": [PACK]}}},
    "payments_create_checkout_session": {
        "request": {"Subscribe": {"plan": "pro"}, "Buy a pack": {"pack": "pack-500"}},
        "200": {"Checkout page": CHECKOUT},
    },
    "payments_create_portal_session": {
        "200": {"Portal page": {"url": "https://billing.stripe.com/p/session/test_YWNjdF8x"}}
    },
    "ai_generate_from_source": {
        "request": {
            "One question": GENERATE,
            "With options": {
                **GENERATE,
                "questionTypes": ["multiple-choice", "true-false"],
                "topics": ["Moon"],
                "language": "en",
            },
        },
        "200": {"Preview": PREVIEW},
        "201": {"Question set": QUESTION_SET},
        "202": {"Queued": JOB},
    },
    "ai_evaluate_answer": {
        "request": {"Answer": {"questionId": QUESTION["id"], "userAnswer": "Neil Armstrong"}},
        "200": {"Evaluation": EVALUATION, "Preview": PREVIEW},
        "202": {
            "Queued": {**JOB, "action": "evaluate_answer", "progress": {"finished": 0, "total": 0}},
        },
    },
    "ai_question_sets_list": {"200": {"Page": _page(QUESTION_SET)}},
    "ai_question_sets_retrieve": {"200": {"Question set": QUESTION_SET}},
    "ai_questions_retrieve": {"200": {"Question": QUESTION}},
    "ai_evaluations_list": {"200": {"Page": _page(EVALUATION)}},
    "ai_jobs_list": {"200": {"Page": _page({**JOB_SUMMARY, **SUCCEEDED})}},
    "ai_jobs_retrieve": {
        "200": {
            "Queued": JOB,
            "Succeeded": {**JOB, **SUCCEEDED, "result": QUESTION_SET},
            "Failed": {
                **JOB,
                **FINISHED,
                "state": "failed",
                "error": {
                    "status": 422,
                    "message": "No question could be made from this text.",
                    "code": "no_questions",
                },
            },
        }
    },
}

DESCRIPTION = """
AI work for credits. Users sign up with 100 credits, spend them, and buy more through Stripe.

**Sign in here**: run *Sign up* or *Sign in* below. The page keeps the token, even after a reload. Or press
*Authorize* and paste the `token` of a response. A token is valid for 60 minutes by default; *Refresh the tokens*
replaces it. Other clients send `Authorization: Bearer <token>`.

**Servers** send an API key in place of the token: `POST /api/keys` creates one. An operation accepts keys if it
lists the security scheme `apiKey`, with the scope that the key needs.

**Errors** are `{"message", "code", …}`; compare the code. Any operation may also return 404 for an unknown path
and 405 for an unsupported method. **Retries** of paid requests are safe with an `Idempotency-Key`. **Lists** have
pages: follow `next`. **Reads** have an `ETag`: send it as `If-None-Match` to get 304 if nothing has changed. Send an
`X-Request-ID` to name a request; its response and the server's logs contain it.

The guide to errors, idempotency, limits, pagination, jobs and webhooks is `docs/api.md`.
"""
# JavaScript: config/static/config/docs.js has the function.
SWAGGER_UI_SETTINGS = """{
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  responseInterceptor: keepToken,
}"""
TAGS = [
    {"name": "auth", "description": "Sign up, sign in, and tokens"},
    {"name": "users", "description": "The caller's profile"},
    {"name": "keys", "description": "API keys for the caller's servers"},
    {"name": "credits", "description": "Balance, ledger, usage and spending limits"},
    {"name": "ai", "description": "Paid work, its results, and jobs"},
    {"name": "payments", "description": "Plans, packs and payments through Stripe"},
]


def add_examples(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add the examples to the document. A postprocessing hook of drf-spectacular."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for place, examples in EXAMPLES.get(operation["operationId"], {}).items():
                body = operation["requestBody"] if place == "request" else operation["responses"][place]
                for media_type in body["content"].values():
                    media_type["examples"] = {
                        name.lower().replace(" ", "_"): {"summary": name, "value": value}
                        for name, value in examples.items()
                    }
    return result
