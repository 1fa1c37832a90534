"""What attackers and failing machines do to the whole bot, and what must hold meanwhile.

Each file is a kind of trouble. The attacks themselves are bounded in size, so that the suite ends
within minutes; docs/security.md names what stands for which defence.
"""
