"""`manage.py dbshell`, with the psql that came with the server."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import client

from . import binaries
from .server import EmbeddedServer


class DatabaseClient(client.DatabaseClient):
    """Finds the embedded server's socket, and a psql where the machine has none."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """The command that reaches the database, whose server runs when this returns."""
        server = EmbeddedServer(Path(settings_dict["DATA_DIR"]))
        server.ensure_running()
        server.ensure_database(settings_dict["NAME"])
        where = {name.upper(): value for name, value in server.connection_parameters().items()}
        (_psql, *arguments), environment = super().settings_to_cmd_args_env(
            {**settings_dict, **where}, parameters
        )
        return [str(binaries.directory(None) / "psql"), *arguments], environment
