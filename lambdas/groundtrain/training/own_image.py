"""An image of one's own that reads Pipe mode: what it wants to know comes from the settings alone.

Its stream is the same as that of the built-in algorithms: RecordIO, one record an attribute, in the order of
AttributeNames. Spot needs a container that keeps its checkpoints in /opt/ml/checkpoints.
"""

from groundtrain.training.algorithm import Algorithm, Machines

OWN_IMAGE = Algorithm(
    name="own-image",
    reads=(),
    hyperparameters=None,
    content_type=lambda _: "application/x-recordio",
    machines=Machines(processor="any", families=(), usual=("ml.g5.2xlarge", "ml.g4dn.2xlarge")),
    continued=(),
)
