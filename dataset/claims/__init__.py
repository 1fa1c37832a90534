"""What people say of an answer, and what becomes of it."""
