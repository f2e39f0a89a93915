"""The gate: whether a dataset may be trained on, and why not."""
