"""What reviewers look at and decide, and the figures about it."""
