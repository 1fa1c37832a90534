"""The local chat: a Bot API server on loopback and a page to talk to the bot with.

Any Bot API client can use it; it knows nothing of this project's bot. Everything lies in memory and
a temporary folder, and ends with the process.
"""
