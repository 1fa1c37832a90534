"""The dataset as a whole: photos in and out, its health, and what is to be looked at again."""
