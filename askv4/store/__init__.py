"""What is kept: the SQLite catalogue, and the vectors in Chroma."""
