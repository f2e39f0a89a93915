"""What a model found, as a manifest, and how good it is beside labels."""
