"""Expected failures of sign-up and login."""

from typing import Any

from rest_framework.exceptions import APIException


class AccountsError(APIException):
    """Something that this app expects to go wrong."""

    code = "accounts_error"
    message = ""

    def __init__(self, **data: Any) -> None:
        body: Any = {"message": self.message, "code": self.code, **data}
        self.detail = body

    def __str__(self) -> str:
        return self.message


class InvalidCredentials(AccountsError):
    """A wrong password or an unknown e-mail: nobody learns which."""

    status_code = 401
    code = "invalid_credentials"
    message = "The e-mail or the password is wrong."
    auth_header = "Bearer"


class InvalidToken(AccountsError):
    """The refresh token is expired, revoked, forged or not one."""

    status_code = 401
    code = "invalid_token"
    message = "The token is invalid or expired."
    auth_header = "Bearer"


class EmailTaken(AccountsError):
    """There is an account with this e-mail."""

    status_code = 400
    code = "invalid"
    message = "There is an account with this e-mail already."

    def __init__(self) -> None:
        super().__init__(errors={"email": [self.message]})
