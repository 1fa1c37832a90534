"""A photo's way to an answer: find it in a message, decode it, classify it."""
