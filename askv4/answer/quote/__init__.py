"""The quotations: exact spans, cited."""
