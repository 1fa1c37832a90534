"""Backups, and the commands that make, restore and move them."""
