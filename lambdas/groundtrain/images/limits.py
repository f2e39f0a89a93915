"""Limits of image files (Ground Truth Developer Guide, "Input File Size Quota")."""

LARGEST_IMAGE = 40 * 1024 * 1024
"""Bytes of a file."""

MOST_PIXELS = 100_000_000
"""Width times height of an image that workers can be shown."""
