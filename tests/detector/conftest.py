"""Tests that need torch: `make test-detector` runs them in an environment of their own."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]

if not collect_ignore_glob:
    import torch

    torch.set_num_threads(1)  # more are slower on busy cores, and not repeatable
