"""The function that looks for what ended and left no trace."""
