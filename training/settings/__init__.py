"""The operator's settings: environment variables, and the file of labels."""
