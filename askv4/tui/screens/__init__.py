"""The chat's screen, and the dialogues over it."""
