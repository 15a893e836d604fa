"""Rate limits that are counted once for all processes, in PostgreSQL. They know no user model."""
