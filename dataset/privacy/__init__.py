"""Consent, export, forgetting, and the deletion of old data."""
