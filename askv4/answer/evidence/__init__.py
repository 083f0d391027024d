"""Which sentences answer, and whether they do."""
