"""What is looked for: the rules, a row each with an example, and the one record for what is found.

One module per family: GT1 lines and bytes, GT2 labels and geometry, GT3 classes, GT4 dataset and split, GT5
training settings against the dataset, GT6 images, GT7 training programs that run, GT8 account and region
before a deployment. The checks are in `manifest/` (GT1, GT3), in the modules of the label types (GT2, GT3),
in `dataset/` (GT3, GT4, GT6), in `training/` and `gate/` (GT5), in `linting/` (GT6), in `rehearsal/` (GT7)
and in `preflight/` (GT8).
"""

from groundtrain.rules.all_rules import LEFT_OUT_BY_SETTINGS, RULES
from groundtrain.rules.selection import active_codes, fixed_codes

__all__ = ["LEFT_OUT_BY_SETTINGS", "RULES", "active_codes", "fixed_codes"]
