"""Bytes to and from Telegram; what they mean is for `intake` and `chat`."""
