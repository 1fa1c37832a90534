"""What is kept: photos, what was predicted, claimed and decided of them, and the examples.

Functions take an open session first (`Database.session`), flush and never commit; times are
arguments named `now`. Nothing here imports another room.
"""
