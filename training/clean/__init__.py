"""Finding examples with wrong labels, and applying what a person decided."""
