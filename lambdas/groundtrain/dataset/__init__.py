"""From a manifest to a dataset: train and validation manifests, rejected lines, a report."""
