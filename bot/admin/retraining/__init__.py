"""A retraining as the chat sees it: asked for, run as a child process, followed."""
