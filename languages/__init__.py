"""What people read, in the chat and on the pages: one catalogue in each language."""
