"""A local model becomes a stream of tokens."""
