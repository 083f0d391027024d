"""Models that come with askv4 and see two texts together."""
