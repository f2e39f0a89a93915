"""groundtrain predict: let a trained detector look at images."""
