"""Pascal VOC: an XML file of objects for each image, and lists of images for each side."""
