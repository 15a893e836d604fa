"""Rate limits that PostgreSQL counts once for all processes. They do not depend on a user model."""
