"""Bytes to and from Telegram; `intake` and `chat` know their meaning."""
