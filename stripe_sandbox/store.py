"""Storage in one SQLite database, in a file or in memory.

A request that fails leaves no changes behind, and the database survives a killed process.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]
SqlValue = str | int | float | None
Clause = tuple[str, tuple[SqlValue, ...]]  # an SQL condition on an object, and the values that it binds

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    private TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_customer ON objects (kind, json_extract(body, '$.customer'), seq);
CREATE INDEX IF NOT EXISTS objects_by_invoice ON objects (kind, json_extract(body, '$.invoice'), seq);
CREATE INDEX IF NOT EXISTS objects_by_subscription
    ON objects (kind, json_extract(body, '$.parent.subscription_details.subscription'), seq);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    created INTEGER NOT NULL,
    status INTEGER,
    body TEXT
);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL NOT NULL DEFAULT 0,
    UNIQUE (event, endpoint)
);
CREATE INDEX IF NOT EXISTS deliveries_pending ON deliveries (state, seq);
CREATE TABLE IF NOT EXISTS attempts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    at REAL NOT NULL,
    status INTEGER,
    answer TEXT NOT NULL,
    seconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS attempts_by_event ON attempts (event, seq);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
TABLES = ("objects", "idempotency", "deliveries", "attempts", "meta")


def equals(path: str, value: SqlValue) -> Clause:
    """Return the clause that a field of an object (`parent.type`: a nested one) has a value."""
    return f"json_extract(body, '$.{path}') = ?", (value,)


def one_of(path: str, values: Sequence[SqlValue]) -> Clause:
    """Return the clause that a field of an object has one of the values."""
    return f"json_extract(body, '$.{path}') IN ({','.join('?' * len(values))})", tuple(values)


class Store:
    """Stripe objects by id, each with private data that the API never returns."""

    def __init__(self, path: Path | None = None) -> None:
        """Open or create the database at `path`; None keeps it in memory."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=5)
        self.db.row_factory = sqlite3.Row
        # WAL survives a killed process; NORMAL may lose the last commits of a power cut, never the file.
        self.db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + SCHEMA)
        if path is not None:
            path.chmod(0o600)

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit the block, or roll it back on an exception. Blocks do not nest."""
        self.db.execute("BEGIN IMMEDIATE")
        with self.db:
            yield

    def clear(self) -> None:
        """Delete everything, inside the caller's transaction."""
        for table in TABLES:
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608  # our own constant names

    # Objects

    def put(self, body: Json, private: Json | None = None) -> None:
        """Store a new object, or a new version of one; `private` None keeps the private data."""
        self.db.execute(
            "INSERT INTO objects (id, kind, body, private) VALUES (:id, :kind, :body, coalesce(:private, '{}')) "
            "ON CONFLICT (id) DO UPDATE SET body = :body, private = coalesce(:private, private)",
            {
                "id": body["id"],
                "kind": body["object"],
                "body": json.dumps(body),
                "private": None if private is None else json.dumps(private),
            },
        )

    def delete(self, object_id: str) -> None:
        """Mark an object as deleted: it can still be read, but is not listed."""
        self.db.execute("UPDATE objects SET deleted = 1 WHERE id = ?", (object_id,))

    def forget(self, object_id: str) -> bool:
        """Remove an object, as if it had never existed. Return whether it did."""
        return self.db.execute("DELETE FROM objects WHERE id = ?", (object_id,)).rowcount > 0

    def row(self, object_id: str) -> sqlite3.Row | None:
        """Return the row of an object, or None."""
        row: sqlite3.Row | None = self.db.execute(
            "SELECT * FROM objects WHERE id = ?", (object_id,)
        ).fetchone()
        return row

    def private(self, object_id: str) -> Json:
        """Return the private data of an object."""
        row = self.row(object_id)
        found: Json = json.loads(row["private"]) if row else {}
        return found

    def select(self, kind: str, *clauses: Clause, order: str = "seq DESC", limit: int = -1) -> list[Json]:
        """Return the objects of a kind that meet all clauses and are not deleted, newest first."""
        conditions = " AND ".join(["kind = ?", "deleted = 0", *(condition for condition, _ in clauses)])
        values = [value for _, given in clauses for value in given]
        # Conditions and orders are written in this package; values are bound.
        query = f"SELECT body FROM objects WHERE {conditions} ORDER BY {order} LIMIT ?"  # noqa: S608  (as above)
        return [json.loads(row["body"]) for row in self.db.execute(query, (kind, *values, limit))]

    def find(self, kind: str, *, limit: int = -1, **fields: SqlValue) -> list[Json]:
        """Return the objects of a kind with these values in top-level fields, newest first."""
        return self.select(kind, *(equals(name, value) for name, value in fields.items()), limit=limit)

    # Settings that outlive a restart

    def meta(self, key: str, default: Any = None) -> Any:
        """Return a stored setting."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row["value"])

    def set_meta(self, key: str, value: Any) -> None:
        """Store a setting."""
        self.db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value)),
        )
