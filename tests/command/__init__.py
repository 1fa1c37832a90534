"""Tests of the one command."""
