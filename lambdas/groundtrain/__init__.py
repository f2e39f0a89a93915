"""From labels to validated datasets and trained models: the library behind functions and command line."""
