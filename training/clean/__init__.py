"""Finding examples with wrong labels, and applying a person's decisions."""
