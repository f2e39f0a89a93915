"""Bring labels and their images to where they start the pipeline, and follow them to the registered model."""
