"""What comes of a training job: a model package, or the reasons of its failure."""
