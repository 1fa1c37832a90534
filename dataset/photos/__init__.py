"""Kept photos: their files, on this machine or a shared store, and their rows."""
