"""The one command, `bear-detector`, and how every command explains itself; imports no room."""
