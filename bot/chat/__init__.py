"""What everybody can say to the bot, and what it answers; knows nothing of `admin`."""
