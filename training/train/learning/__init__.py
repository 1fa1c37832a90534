"""Learning from photos: the recipes, on this machine or a cluster."""
