"""Expected failures of sign-up, login, API keys and the deletion of an account."""

from common.exceptions import APIError


class InvalidCredentials(APIError):
    """The password is wrong or the e-mail is unknown. The response does not say which."""

    status_code = 401
    code = "invalid_credentials"
    auth_header = "Bearer"
    message = "The e-mail or the password is wrong."


class InvalidToken(APIError):
    """The refresh token is malformed, expired, replaced or forged, or its session has ended."""

    status_code = 401
    code = "invalid_token"
    auth_header = "Bearer"
    message = "The token is invalid or expired."


class EmailTaken(APIError):
    """Another account has this e-mail."""

    code = "invalid"
    fields = {"errors": "The messages by field."}

    def __init__(self) -> None:
        message = "There is an account with this e-mail already."
        super().__init__(message, errors={"email": [message]})


class InvalidApiKey(APIError):
    """The API key is unknown, malformed, expired or revoked, or its user is inactive."""

    status_code = 401
    code = "api_key_invalid"
    auth_header = "Bearer"
    message = "The API key is invalid, expired or revoked."


class ApiKeyNotAccepted(APIError):
    """The operation does not accept API keys. Sign in instead."""

    status_code = 403
    code = "api_key_not_accepted"
    message = "API keys are not accepted here. Sign in instead."


class ApiKeyScopeMissing(APIError):
    """The API key lacks the scope that the operation needs."""

    status_code = 403
    code = "api_key_scope_missing"
    fields = {"scope": "The scope that is missing: `read` or `spend`."}
    example = {"scope": "spend"}

    def __init__(self, *, scope: str) -> None:
        super().__init__(f"This API key does not have the scope `{scope}`.", scope=scope)


class TooManyApiKeys(APIError):
    """The user has as many API keys as API_KEYS_PER_USER allows. Revoke one first."""

    status_code = 409
    code = "too_many_api_keys"
    fields = {"limit": "The number of keys that a user may have, expired ones included."}
    example = {"limit": 20}

    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"You have {limit} API keys, and no more are allowed. Revoke one first.", limit=limit
        )


class ApiKeyConflict(APIError):
    """The API key has expired, or another request has rotated or revoked it meanwhile."""

    status_code = 409
    code = "api_key_conflict"
    message = "The key has expired, or another request has changed it."


class InvalidLink(APIError):
    """The token of a mail is malformed, expired or used, or something has changed since it was sent."""

    code = "invalid_link"
    message = "The link is invalid, has expired or has been used. Ask for a new one."


class WrongPassword(APIError):
    """The current password is wrong. It is no 401, because the caller's access token is valid."""

    status_code = 403
    code = "wrong_password"
    message = "The current password is wrong."


class EmailTakenMeanwhile(APIError):
    """Another account has taken the new e-mail since the change was asked for."""

    status_code = 409
    code = "email_taken"
    message = "There is an account with this e-mail already."


class StaffAccount(APIError):
    """Accounts of staff are not deleted. A superuser removes the staff status first."""

    status_code = 403
    code = "staff_account"
    message = "This is an account of staff. A superuser must remove its staff status first."


class AccountBusy(APIError):
    """Requests of this account keep starting work. Nothing was deleted; try again in a moment."""

    status_code = 503
    code = "account_busy"
    message = "This account is busy. Nothing was deleted; try again in a moment."
    wait = 5
