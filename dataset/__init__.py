"""The data: photos, predictions, claims, verdicts, and the examples.

Functions take an open session first (`Database.session`), flush and never commit; times are
arguments named `now`. Nothing here imports another room.
"""
