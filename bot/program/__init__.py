"""The life of the process: makes all parts and puts them together."""
