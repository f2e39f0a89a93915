"""Names of the files of a check of every image, in the datasets bucket."""

FOLDER = "image-checks/"
"""Of all such checks; each run of one has a folder in it."""

EVENT, IMAGES, SHARDS, USED = "event.json", "images.jsonl", "shards.jsonl", "used.json"
