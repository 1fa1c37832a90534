"""From a stranger's bytes to the pixels of a picture: which kinds are read, and how.

`pixels.decode` is the way in, for `models.photo` alone; `formats.sniff` says what bytes are.
"""
