"""The settings of an environment, as records."""
