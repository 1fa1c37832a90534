"""Copies of everything, and the commands that make, restore and move them."""
