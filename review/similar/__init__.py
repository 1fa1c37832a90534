"""Similar photos: the nearest examples of each label, and a grid sorted by likeness."""
