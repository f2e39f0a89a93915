"""The stack of buckets and their key: what outlives the pipeline."""
