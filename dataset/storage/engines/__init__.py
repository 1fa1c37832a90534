"""What SQLite and PostgreSQL each need, and what their errors mean."""
