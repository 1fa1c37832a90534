"""What a published model consists of."""
