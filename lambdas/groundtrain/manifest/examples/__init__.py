"""For every rule, what fails it and the same repaired."""

from groundtrain.manifest.examples.classes import CLASSES
from groundtrain.manifest.examples.dataset import DATASET
from groundtrain.manifest.examples.example import Example
from groundtrain.manifest.examples.images import IMAGES
from groundtrain.manifest.examples.labels import LABELS
from groundtrain.manifest.examples.lines import LINES
from groundtrain.manifest.examples.training import TRAINING

__all__ = ["EXAMPLES", "Example"]

EXAMPLES = {example.code: example for example in (*LINES, *LABELS, *CLASSES, *DATASET, *TRAINING, *IMAGES)}
