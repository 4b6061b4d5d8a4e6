"""The database: tables, sessions, migrations, and the frontier of targets."""
