"""Running a bundle on the CPU: answers, the outside check, heat maps."""
