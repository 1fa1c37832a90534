"""From raw logits to honest answers: temperature, thresholds, and the outside check."""
