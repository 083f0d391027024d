"""Gold questions become figures: how well askv4 does on documents and questions of the user's own."""
