"""The function that starts the training job of a dataset."""
