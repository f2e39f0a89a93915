"""Bounding boxes: the record of a line, its geometry, what the boxes of a file have in common."""
