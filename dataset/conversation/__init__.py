"""The conversation's records: updates, predictions, people and their rates."""
