"""Trains and fits what askv4 ships."""
