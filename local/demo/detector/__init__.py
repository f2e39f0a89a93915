"""A training program for drawn street scenes: a small detector, numpy and Pillow, one thread, 20 s."""
