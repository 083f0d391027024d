"""Text becomes searchable: encoder, vectors, catalogue, sync."""
