"""GT5: training settings against the dataset."""

from groundtrain.manifest.findings import Rule

TRAINING: tuple[Rule, ...] = ()
