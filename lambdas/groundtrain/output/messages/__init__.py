"""The messages that subscribers get, as plain text."""
