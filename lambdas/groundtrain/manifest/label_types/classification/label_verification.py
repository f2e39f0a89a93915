"""Label verification: label type groundtruth/label-verification.

It is a verdict on another label on the same line, which stays unchanged. Only the job's owner knows which
class means "accepted". Developer Guide, "Label verification job output".
"""

from typing import Literal

from groundtrain.manifest.label_types.classification.single_label import (
    SingleLabelMetadata,
    single_label_type,
)
from groundtrain.manifest.label_types.label_type import Alternative


class VerificationMetadata(SingleLabelMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/label-verification"]


LABEL_VERIFICATION = single_label_type(
    "groundtruth/label-verification",
    VerificationMetadata,
    alternative=Alternative(
        "it says which labels were accepted",
        "train on the label attribute that was verified, and name this one as verified_by",
    ),
)
