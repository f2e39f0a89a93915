"""The label attributes of a manifest: which there are, of which type, and which one is read."""
