"""YOLO: a YAML file that names classes and sides, and a text file of boxes for each image."""
