"""Text with entities, and the ways to write them."""
