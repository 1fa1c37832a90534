"""The local server's state: people, messages, files, and the bot's queue."""
