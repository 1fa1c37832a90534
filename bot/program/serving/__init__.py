"""The bot's own port: health, metrics and the review pages."""
