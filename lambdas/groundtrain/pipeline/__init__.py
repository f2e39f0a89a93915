"""The steps of the pipeline through AWS: asked for twice, each has the effect of once."""
