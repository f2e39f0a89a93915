"""What a call of a command, or of a function of the Python interface, does, and what its options mean."""
