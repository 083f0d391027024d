"""Documents that differ on what is asked."""
