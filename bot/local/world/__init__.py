"""What the local server knows: people, messages, files, and what waits for the bot."""
