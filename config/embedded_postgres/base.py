"""Django's PostgreSQL backend on the embedded server: see the package's docstring."""

from functools import cached_property
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from .client import DatabaseClient
from .server import EmbeddedServer


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that starts its server."""

    client_class = DatabaseClient

    @cached_property
    def server(self) -> EmbeddedServer:
        directory = self.settings_dict.get("DATA_DIR")
        if not directory:
            raise ImproperlyConfigured("DATABASES needs DATA_DIR, the directory of the embedded PostgreSQL.")
        return EmbeddedServer(Path(directory))

    def get_connection_params(self) -> dict[str, Any]:
        """Django's parameters, with the socket of a server that runs and has the database."""
        parameters: dict[str, Any] = super().get_connection_params()
        self.server.ensure_running()
        self.server.ensure_database(parameters["dbname"])
        return {**parameters, **self.server.connection_parameters()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; once more if the server was killed, or was recovering, at this very moment."""
        if self.settings_dict["OPTIONS"].get("pool"):  # psycopg's pool retries by itself
            return super().get_new_connection(conn_params)
        connect = super().get_new_connection
        return self.server.retry_once(lambda: connect(conn_params))
