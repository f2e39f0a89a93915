"""How much of a text that others wrote the page shows."""

NAME, TEXT, ADDRESS = 120, 600, 400
"""Characters of a name, a sentence and an address that are shown."""
