"""The steps of the acceptance run: each asks AWS something, and says what is against it."""
