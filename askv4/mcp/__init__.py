"""A corpus for other programs, by the Model Context Protocol on stdio."""
