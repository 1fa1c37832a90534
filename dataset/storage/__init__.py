"""The database: its tables, the steps between versions, and what all rows share."""
