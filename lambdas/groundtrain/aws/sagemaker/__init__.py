"""SageMaker: labeling jobs, training jobs and model packages, found, made and read."""
