"""askv4: cited answers from a folder of documents, offline."""
