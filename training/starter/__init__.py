"""The starter: the bundle that comes with the project."""
