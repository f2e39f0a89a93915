"""All rules by code."""

from groundtrain.rules.gt1_lines import LINES
from groundtrain.rules.gt2_labels import LABELS
from groundtrain.rules.gt3_classes import CLASSES
from groundtrain.rules.gt4_dataset import DATASET
from groundtrain.rules.gt4_sides import SIDES_OF_SPLIT
from groundtrain.rules.gt5_training import TRAINING
from groundtrain.rules.gt6_images import IMAGES
from groundtrain.rules.gt7_rehearsal import REHEARSAL
from groundtrain.rules.gt8_preflight import ACCOUNT
from groundtrain.rules.gt8_resources import BUCKETS, EARLIER_DEPLOYMENTS, NETWORK

_OF_DATA = (*LINES, *LABELS, *CLASSES, *DATASET, *SIDES_OF_SPLIT, *TRAINING, *IMAGES)
_BEFORE_DEPLOYMENT = sorted((*ACCOUNT, *BUCKETS, *NETWORK, *EARLIER_DEPLOYMENTS), key=lambda rule: rule.code)

RULES = {rule.code: rule for rule in (*_OF_DATA, *REHEARSAL, *_BEFORE_DEPLOYMENT)}

LEFT_OUT_BY_SETTINGS = ("GT405", "GT406", "GT417", "GT418", "GT440")
"""Rules for lines that the settings leave out, though nothing is wrong with them."""
