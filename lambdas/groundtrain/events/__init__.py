"""The events that start the steps: those that AWS sends and those that groundtrain sends."""
