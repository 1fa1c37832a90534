"""Admins' commands: reviews, retrainings, models and figures."""
