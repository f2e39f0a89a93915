"""CVAT for images 1.1: one XML file with images, boxes and tags ("XML annotation format" at docs.cvat.ai)."""
