"""groundtrain publish: labels and images of this machine become a dataset, a training job and a model."""
