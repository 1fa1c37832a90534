"""The process itself: threads, memory, logs, figures; knows nothing of Telegram."""
