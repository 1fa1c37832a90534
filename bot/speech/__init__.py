"""The bot's words: languages, names, buttons and menus; it makes no decisions."""
