"""`python -m bot doctor`: what keeps the bot from working, and what to do.

Each check examines one thing, alone and in bounded time, so a broken one does not hide the others.
The doctor changes nothing and does not disturb a running bot.
"""
