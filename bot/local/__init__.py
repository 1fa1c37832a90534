"""The local chat: a Bot API server on loopback and a page to talk to the bot with.

Any Bot API client can be pointed at it; it knows nothing of this project's bot. Everything lives
in memory and a temporary folder, and is gone when the process ends.
"""
