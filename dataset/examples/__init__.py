"""What models learn from: labels, splits, and the retrainings on them."""
