"""From a dataset to the request for its training job, and from the ended job to a model package."""
