"""Lessons in the chat: an admin shows photos of a label, and the next model knows it."""
