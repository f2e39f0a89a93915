"""The demonstration: one labeling job on its way from finished to a registered model, on the embedded AWS."""
