"""What an operator sets: environment variables, and the file of labels."""
