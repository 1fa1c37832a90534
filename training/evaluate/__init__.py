"""Measuring a bundle on labelled photos."""
