"""What was sent and answered: updates, predictions, people and their rates."""
