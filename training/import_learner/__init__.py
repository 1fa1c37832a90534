"""Making a bundle from a fastai learner that was trained elsewhere."""
