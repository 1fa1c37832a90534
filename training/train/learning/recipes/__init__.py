"""The recipes: ways to learn from photos, each its own file."""
