"""Expected failures of sign-up and login."""

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
