"""Ranked passages become a cited answer."""
