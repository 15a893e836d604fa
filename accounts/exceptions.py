"""Expected failures of sign-up and login."""

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
