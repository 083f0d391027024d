"""Text with places in it: loaders, sentences, passages."""
