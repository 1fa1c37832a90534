"""`python -m bot doctor`: what stands in the way of a bot that works, and what to do about it.

Each check looks at one thing, by itself and for a bounded time: whatever is broken, the others
are told all the same. Nothing is changed, and a bot that runs is not disturbed.
"""
