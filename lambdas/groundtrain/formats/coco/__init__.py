"""COCO: one JSON document with images, annotations and categories ("Data format" at cocodataset.org)."""
