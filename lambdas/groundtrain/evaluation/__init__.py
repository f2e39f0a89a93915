"""How good found boxes are beside labeled ones, as COCO measures it; Python's standard library alone."""

from groundtrain.evaluation.boxes import FoundBox, LabeledBox
from groundtrain.evaluation.evaluation import (
    LEAST_SCORE,
    ClassResult,
    Evaluation,
    ImageBoxes,
    evaluate,
    mean_average_precisions,
)
from groundtrain.evaluation.image_result import ImageResult, Match

__all__ = [
    "LEAST_SCORE",
    "ClassResult",
    "Evaluation",
    "FoundBox",
    "ImageBoxes",
    "ImageResult",
    "LabeledBox",
    "Match",
    "evaluate",
    "mean_average_precisions",
]
