"""The pages, one class each, and what they share."""
