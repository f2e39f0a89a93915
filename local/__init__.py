"""An AWS on this machine, and the demonstration on it."""
