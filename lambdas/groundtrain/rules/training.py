"""GT5: settings against the dataset; GT50 and GT51 training, GT52 the gate."""

from groundtrain.rules.rule import Rule, Severity

TRAINING = (
    Rule(
        "GT501", "batch-not-filled", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm stops when a channel has fewer images than one batch.",
        fix="label more, change `dataset.validation`, or set a smaller batch size",
    ),
    Rule(
        "GT502", "derived-setting-typed", Severity.ERROR, whole_file=True, always=True,
        why="The value follows from the dataset; typed by hand, it is wrong after the next labeling job.",
        fix="remove it from `training.hyperparameters`",
    ),
    Rule(
        "GT503", "step-after-last-epoch", Severity.ERROR, whole_file=True, always=True,
        why="The learning rate would never be lowered as planned.",
        fix="raise epochs or lower the step",
    ),
    Rule(
        "GT504", "label-width-raised", Severity.INFO, whole_file=True,
        why="The default label_width of 350 holds 69 boxes per image; it is raised to hold all.",
        fix="no action is needed",
    ),
    Rule(
        "GT505", "instance-without-gpu", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker refuses the job: the algorithm runs on GPU instances only.",
        fix="name a type of the g5 or g4dn family",
    ),
    Rule(
        "GT506", "instance-not-documented", Severity.WARNING, whole_file=True,
        why="The algorithm's guide does not name the family (images: p2, p3, g4dn, g5): it may be refused.",
        fix="add a type of a documented family",
    ),
    Rule(
        "GT507", "too-many-machines", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm is documented for one machine when it streams, so SageMaker refuses more.",
        fix="set `training.instance_count = 1`",
    ),
    Rule(
        "GT508", "label-type-not-read", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm does not learn from labels of this type.",
        fix='choose another label attribute, or `training.algorithm = "own-image"`, which reads any',
    ),
    Rule(
        "GT509", "multi-label-setting", Severity.ERROR, whole_file=True, always=True,
        why="A list of class ids needs multi_label = 1, a single id forbids it; if not, labels are misread.",
        fix="remove multi_label from `training.hyperparameters`",
    ),
    Rule(
        "GT510", "spot-without-checkpoints", Severity.ERROR, whole_file=True, always=True,
        why="A job that restarts from nothing after an interruption may wait one hour for spot at most.",
        fix="set `training.spot = false`, or max_runtime and capacity_wait of 1h together",
    ),
    Rule(
        "GT511", "bucket-not-named", Severity.WARNING, whole_file=True,
        why="The training role may read only the buckets that the environment names or creates.",
        fix="add it to `labeling.buckets`, and deploy again",
    ),
    Rule(
        "GT512", "bucket-of-another-region", Severity.INFO, whole_file=True,
        why="Images, manifests and training must be in one region; the bucket's name suggests another.",
        fix="no action is needed if only the name suggests it; otherwise copy the images",
    ),
    Rule(
        "GT513", "hyperparameter-unknown", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm refuses hyperparameters that it does not know.",
        fix="correct the name, or move it to training.overrides of the algorithm that knows it",
    ),
    Rule(
        "GT514", "hyperparameter-out-of-range", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm refuses the value before it trains, or fails on it.",
        fix="set a value in range, or leave it out",
    ),
    Rule(
        "GT515", "hyperparameters-in-conflict", Severity.ERROR, whole_file=True, always=True,
        why="Each value is allowed alone, but the algorithm's guide rules out the combination.",
        fix="change one of them",
    ),
    Rule(
        "GT516", "volume-key-on-local-disk", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker refuses the job: the machine encrypts its local disks itself.",
        fix="remove `training.volume_key_arn`, or use instance types without local disks",
    ),
    Rule(
        "GT517", "dataset-beyond-algorithm", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm is documented for a limited range, such as 2 to 254 classes for segmentation.",
        fix="join or split classes when labeling, or choose another algorithm",
    ),
    Rule(
        "GT518", "image-setting", Severity.ERROR, whole_file=True, always=True,
        why='image_uri and metrics belong to algorithm = "own-image", which requires image_uri.',
        fix='set `training.algorithm = "own-image"` with image_uri beside it, or neither',
    ),
    Rule(
        "GT519", "instance-with-gpu", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm reads augmented manifests on CPU instances only.",
        fix="name a type of the c5 or m5 family",
    ),
    Rule(
        "GT521", "too-many-rejected", Severity.ERROR, whole_file=True,
        why="So many faults usually have one cause, which may also affect the lines that look right.",
        fix="fix the cause, or raise `gate.max_rejected`",
    ),
    Rule(
        "GT522", "too-few-records", Severity.ERROR, whole_file=True,
        why="The environment requires more records before a GPU is paid for.",
        fix="label more, or lower `gate.min_records`",
    ),
    Rule(
        "GT523", "too-few-records-of-a-class", Severity.ERROR, whole_file=True,
        why="The environment requires more records of each class before a GPU is paid for.",
        fix="label more of it, or lower `gate.min_records_per_class`",
    ),
    Rule(
        "GT524", "class-not-in-both-splits", Severity.ERROR, whole_file=True,
        why="The environment requires every class in both training and validation.",
        fix="label more of it, or set `gate.classes_in_both_splits = false`",
    ),
    Rule(
        "GT531", "unknown-instance-type", Severity.WARNING, whole_file=True,
        why="SageMaker's service model names no such instance type: it is new, or misspelt and refused.",
        fix="correct its spelling, unless it is a new one",
    ),
    Rule(
        "GT525", "one-class-only", Severity.ERROR, whole_file=True,
        why="A classification with a single class learns to give always the same answer.",
        fix="label records of another class as well",
    ),
)  # fmt: skip
