"""Augmented manifests: from bytes to lines, from lines to checked records."""
