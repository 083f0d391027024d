"""What a document, a folder or the whole corpus is about: its own summary where it has one, else its most central sentences."""
