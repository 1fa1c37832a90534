"""The conversation: Telegram in, Telegram out, the local chat, and what runs by the clock."""

from bear_detector.neighbours import refuse_strangers

# At import: later, a stranger's code would have been run.
refuse_strangers()
