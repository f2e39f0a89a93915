"""The deployed pipeline, from trigger to registered model; every step may see its message twice."""
