"""The folder of documents: found, read apart, added to, removed from."""
