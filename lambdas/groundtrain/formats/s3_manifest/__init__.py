"""The classic S3 manifest, a list of keys, with a table of labels beside it."""
