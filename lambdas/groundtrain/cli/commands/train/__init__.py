"""groundtrain train: print the request of a training job, or start it and follow it."""
