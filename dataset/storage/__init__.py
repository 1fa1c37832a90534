"""The database: its tables, its migrations, and what all rows share."""
