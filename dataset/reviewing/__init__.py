"""Reviewers' queue, pages and verdicts, and the statistics."""
