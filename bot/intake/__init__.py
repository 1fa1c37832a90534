"""Each update's way in: check it, store it until it is answered, handle it in turn."""
