"""What is asked, taken apart once."""
