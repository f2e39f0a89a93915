"""The function that registers the model of an ended training job, or tells what went wrong."""
