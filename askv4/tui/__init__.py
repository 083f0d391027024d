"""The terminal chat: shows what the assistant finds and says, and lets the reader check it."""
