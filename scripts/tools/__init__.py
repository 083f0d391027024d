"""Writes what is generated, and counts what the house promises."""
