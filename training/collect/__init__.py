"""Finding photos at public services and fetching them."""
