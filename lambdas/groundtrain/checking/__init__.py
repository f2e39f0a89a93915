"""Whether a manifest, or a dataset made of it, will train: the linter and the gate."""
