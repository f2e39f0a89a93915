"""The linter: everything that is wrong with a manifest and its images, and whether it will train."""
