"""The index brought in step with the corpus folder, incrementally."""
