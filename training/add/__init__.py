"""Taking photos into the dataset, each picture once."""
