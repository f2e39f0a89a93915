"""A detector for boxes, trained by SageMaker from the pipe, served, and used on the CPU.

Only `networks`, `detector`, `model_directory` and what trains import torch; the rest is readable without.
"""
