"""For every rule, what fails it and the same repaired."""

from groundtrain.manifest.rules.examples.classes import CLASSES
from groundtrain.manifest.rules.examples.dataset import DATASET
from groundtrain.manifest.rules.examples.example import Example
from groundtrain.manifest.rules.examples.images import IMAGES
from groundtrain.manifest.rules.examples.labels import LABELS
from groundtrain.manifest.rules.examples.lines import LINES
from groundtrain.manifest.rules.examples.training import TRAINING

__all__ = ["EXAMPLES", "Example"]

EXAMPLES = {example.code: example for example in (*LINES, *LABELS, *CLASSES, *DATASET, *TRAINING, *IMAGES)}
