"""Labels of sequences: point clouds, frames of videos, and the sequence files they name."""
