"""Measures askv4: speed, quality, endurance."""
