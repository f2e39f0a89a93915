"""The algorithms: what each can learn, its hyperparameters, and the values that a dataset decides."""
