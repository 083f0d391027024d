"""What words stand for: word lists, numbers, dates, names; no document is known here."""
