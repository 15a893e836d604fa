"""The client of `manage.py dbshell`: the psql of the embedded server."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import client

from . import binaries
from .server import EmbeddedServer


class DatabaseClient(client.DatabaseClient):
    """Connects psql to the embedded server's socket."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """Start the server if necessary, and return psql's command and environment."""
        server = EmbeddedServer(Path(settings_dict["DATA_DIR"]))
        server.ensure_running()
        server.ensure_database(settings_dict["NAME"])
        address = {name.upper(): value for name, value in server.connection_parameters().items()}
        (_psql, *arguments), environment = super().settings_to_cmd_args_env(
            {**settings_dict, **address}, parameters
        )
        return [str(binaries.directory(None) / "psql"), *arguments], environment
