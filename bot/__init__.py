"""The conversation: Telegram in, Telegram out, the local chat, and what runs by the clock."""

from objects.neighbours import refuse_strangers

# At import: later, a stranger's code would have been run.
refuse_strangers()
