"""Expected failures of sign-up, login and the deletion of an account."""

from common.exceptions import APIError


class InvalidCredentials(APIError):
    """The password is wrong or the e-mail is unknown. The response does not say which."""

    status_code = 401
    code = "invalid_credentials"
    auth_header = "Bearer"
    message = "The e-mail or the password is wrong."


class InvalidToken(APIError):
    """The refresh token is malformed, expired, revoked or forged."""

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


class WrongPassword(APIError):
    """The password that confirms the request is wrong."""

    code = "invalid"
    fields = {"errors": "The messages by field."}

    def __init__(self) -> None:
        message = "The password is wrong."
        super().__init__(message, errors={"password": [message]})


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


class SignInRequired(APIError):
    """Account settings need a user who has signed in; other credentials do not do."""

    status_code = 403
    code = "sign_in_required"
    message = "Sign in to change your account."
