"""Follow-ups, and conversations that are kept."""
