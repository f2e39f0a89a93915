"""The steps of the deployed pipeline; all are idempotent."""
