"""How the bot says things: languages, names, buttons and menus; it decides nothing."""
