"""The function that looks at every image of a shard of a manifest."""
