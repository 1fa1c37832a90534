"""People's claims on answers, and how they are settled."""
