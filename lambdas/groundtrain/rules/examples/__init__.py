"""For every rule, what fails it and the same repaired."""

from groundtrain.rules.examples.classes import CLASSES
from groundtrain.rules.examples.dataset import DATASET
from groundtrain.rules.examples.example import Example
from groundtrain.rules.examples.images import IMAGES
from groundtrain.rules.examples.labels import LABELS
from groundtrain.rules.examples.lines import LINES
from groundtrain.rules.examples.training import TRAINING

__all__ = ["EXAMPLES", "Example"]

EXAMPLES = {example.code: example for example in (*LINES, *LABELS, *CLASSES, *DATASET, *TRAINING, *IMAGES)}
