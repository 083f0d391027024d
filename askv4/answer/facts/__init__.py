"""What a text states, brought into one form: numbers with their units, dates and names."""
