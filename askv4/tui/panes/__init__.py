"""The parts of the chat's screen, one module each."""
