"""Commands that `make` runs for one environment: credentials, bootstrap, outputs."""
