"""The same work on the machines of a Ray cluster; needs the extra `cluster` (decision 0097)."""
