"""Everybody's commands and photos, and the bot's answers; knows nothing of `admin`."""
