"""Expected failures of sign-up, login, API keys and the deletion of an account."""

from common.exceptions import APIError


class InvalidCredentials(APIError):
    """The password is wrong or the email address is unknown. The response does not reveal which."""

    status_code = 401
    code = "invalid_credentials"
    auth_header = "Bearer"
    message = "The email address or the password is wrong."


class InvalidToken(APIError):
    """The refresh token is malformed, expired, replaced or forged, or its session has ended."""

    status_code = 401
    code = "invalid_token"
    auth_header = "Bearer"
    message = "The token is invalid or expired."


class EmailTaken(APIError):
    """Another account has this email address."""

    code = "invalid"
    fields = {"errors": "The messages by field."}

    def __init__(self) -> None:
        message = "There is an account with this email address already."
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
    fields = {"scope": "The missing scope: `read` or `spend`."}
    example = {"scope": "spend"}

    def __init__(self, *, scope: str) -> None:
        super().__init__(f"This API key does not have the scope `{scope}`.", scope=scope)


class TooManyApiKeys(APIError):
    """The user already has API_KEYS_PER_USER API keys. Revoke one first."""

    status_code = 409
    code = "too_many_api_keys"
    fields = {"limit": "The number of keys that a user may have, including expired keys."}
    example = {"limit": 20}

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"You have {limit} API keys, which is the limit. Revoke one first.", limit=limit)


class ApiKeyConflict(APIError):
    """The API key has expired, or another request has just rotated or revoked it."""

    status_code = 409
    code = "api_key_conflict"
    message = "The key has expired, or another request has changed it."


class InvalidLink(APIError):
    """The token is malformed, expired or used, or the account has changed since the email was sent."""

    code = "invalid_link"
    message = "The link is invalid, has expired or has been used. Ask for a new one."


class WrongPassword(APIError):
    """The current password is wrong. The status is not 401, because the caller's access token is valid."""

    status_code = 403
    code = "wrong_password"
    message = "The current password is wrong."


class EmailTakenMeanwhile(APIError):
    """Another account has taken the new email address since the change was requested."""

    status_code = 409
    code = "email_taken"
    message = "There is an account with this email address already."


class StaffAccount(APIError):
    """A staff account cannot be deleted until a superuser removes its staff status."""

    status_code = 403
    code = "staff_account"
    message = "This is a staff account. A superuser must remove its staff status first."


class AccountBusy(APIError):
    """A payment or other work of this account is being processed. Nothing was deleted; try again in a moment."""

    status_code = 503
    code = "account_busy"
    message = "This account is busy. Nothing was deleted; try again in a moment."
    wait = 5
