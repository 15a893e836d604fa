"""The database wrapper of the backend, which starts the embedded server."""

from functools import cached_property
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from .client import DatabaseClient
from .server import EmbeddedServer


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL. It starts the server if necessary."""

    client_class = DatabaseClient

    @cached_property
    def server(self) -> EmbeddedServer:
        directory = self.settings_dict.get("DATA_DIR")
        if not directory:
            raise ImproperlyConfigured("DATABASES needs DATA_DIR, the directory of the embedded PostgreSQL.")
        return EmbeddedServer(Path(directory))

    def get_connection_params(self) -> dict[str, Any]:
        """Start the server, create the database, and return Django's parameters with the server's socket."""
        parameters: dict[str, Any] = super().get_connection_params()
        self.server.ensure_running()
        self.server.ensure_database(parameters["dbname"])
        return {**parameters, **self.server.connection_parameters()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. Retry once if the server was killed or is recovering."""
        if self.settings_dict["OPTIONS"].get("pool"):  # psycopg's pool retries
            return super().get_new_connection(conn_params)
        connect = super().get_new_connection
        return self.server.retry_once(lambda: connect(conn_params))
