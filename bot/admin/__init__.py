"""What only admins can say: reviews, retrainings, models and figures."""
