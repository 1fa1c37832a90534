"""The conversation: Telegram in, Telegram out, the local chat, and what runs by the clock."""
