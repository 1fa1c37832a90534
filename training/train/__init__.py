"""From the dataset to a candidate bundle."""
