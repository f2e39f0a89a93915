"""Your own training image, which must read Pipe mode; all its hyperparameters come from the settings.

It gets the same stream as the built-in algorithms: RecordIO, one record for each attribute, in the order of
AttributeNames. Spot needs a container that writes its checkpoints to /opt/ml/checkpoints.
"""

from groundtrain.training.algorithms.algorithm import Algorithm, InstanceRequirements

OWN_IMAGE = Algorithm(
    name="own-image",
    reads=(),
    hyperparameters=None,
    content_type=lambda _: "application/x-recordio",
    machines=InstanceRequirements(processor="any", families=(), usual=("ml.g5.2xlarge", "ml.g4dn.2xlarge")),
    fixed_for_incremental=(),
)
