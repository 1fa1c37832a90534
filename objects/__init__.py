"""Where several machines keep what none of them may lose: an object store, and a cache before it.

Nothing here knows photos or models, and nothing here is imported while everything lies in folders.
"""
