"""What starts the pipeline, a file each: it hands over a labeled manifest, and nothing behind knows which."""
