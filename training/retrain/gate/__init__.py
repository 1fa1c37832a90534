"""Whether a candidate may replace the champion: what is compared, each check, the decision."""
