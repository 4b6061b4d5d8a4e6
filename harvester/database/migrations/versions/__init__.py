"""Alembic migrations, oldest first by file name."""
