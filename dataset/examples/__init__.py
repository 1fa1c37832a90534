"""The examples that models learn from, their splits, and the retrainings."""
