"""The bundle that ships with the project."""
