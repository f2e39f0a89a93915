"""The function that makes a dataset of an ended labeling job."""
