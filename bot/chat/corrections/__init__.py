"""What people say of an answer: by command, by button, and what is recorded of it."""
