"""What a text states, brought into one form: numbers with their units, dates, names, and what it negates or leaves open."""
