"""GT5: settings against the dataset; GT50 and GT51 training, GT52 the gate."""

from groundtrain.manifest.rules.findings import Rule, Severity

TRAINING = (
    Rule(
        "GT501", "batch-not-filled", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm stops when a channel has fewer images than one batch.",
        fix="label more, change the validation share, or set a smaller mini_batch_size",
    ),
    Rule(
        "GT502", "derived-setting-typed", Severity.ERROR, whole_file=True, always=True,
        why="The dataset alone tells it; typed by hand, it goes stale with the next labeling job.",
        fix="remove it from training.hyperparameters",
    ),
    Rule(
        "GT503", "step-after-last-epoch", Severity.ERROR, whole_file=True, always=True,
        why="The learning rate would never be lowered as planned.",
        fix="raise epochs or lower the step",
    ),
    Rule(
        "GT504", "label-width-raised", Severity.INFO, whole_file=True,
        why="The default label_width of 350 holds 69 boxes an image; it is raised to hold all.",
        fix="nothing",
    ),
    Rule(
        "GT505", "instance-without-gpu", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker refuses the job: the algorithm runs on GPU instances only.",
        fix="name a type of the g5 or g4dn family",
    ),
    Rule(
        "GT506", "instance-not-documented", Severity.WARNING, whole_file=True,
        why="The algorithm's guide does not name the family (images: p2, p3, g4dn, g5): it may be refused.",
        fix="put a type of a documented family beside it",
    ),
    Rule(
        "GT507", "too-many-machines", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm is documented for one machine when it streams, so SageMaker refuses more.",
        fix="set instance_count = 1",
    ),
    Rule(
        "GT508", "label-type-not-read", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm does not learn from labels of this type.",
        fix='choose another label attribute or algorithm; "own-image" reads any',
    ),
    Rule(
        "GT509", "multi-label-setting", Severity.ERROR, whole_file=True, always=True,
        why="A list of class ids needs multi_label = 1, a single one forbids it; else labels are misread.",
        fix="remove multi_label from training.hyperparameters",
    ),
    Rule(
        "GT510", "spot-without-checkpoints", Severity.ERROR, whole_file=True, always=True,
        why="Where an interrupted job starts again from nothing, SageMaker lets it wait for spot one hour.",
        fix='set spot = false, or max_wait = "1h" with a max_runtime that is no longer',
    ),
    Rule(
        "GT511", "bucket-not-named", Severity.WARNING, whole_file=True,
        why="The training role may read only the buckets that the environment names or makes.",
        fix="add it to labeling.buckets and deploy again",
    ),
    Rule(
        "GT512", "bucket-of-another-region", Severity.INFO, whole_file=True,
        why="Images, manifests and training must share one region; the bucket's name speaks of another.",
        fix="nothing, if only the name says so; otherwise copy the images",
    ),
    Rule(
        "GT513", "hyperparameter-unknown", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm refuses what it does not know.",
        fix="correct the name, or put it under training.overrides of the algorithm that knows it",
    ),
    Rule(
        "GT514", "hyperparameter-out-of-range", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm refuses the value before it trains, or fails on it.",
        fix="set a possible value, or leave it out",
    ),
    Rule(
        "GT515", "hyperparameters-in-conflict", Severity.ERROR, whole_file=True, always=True,
        why="Each value is possible alone, but the algorithm's guide rules them out together.",
        fix="change one of them",
    ),
    Rule(
        "GT516", "volume-key-on-local-disk", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker refuses the job: such disks are encrypted by the machine itself.",
        fix="remove volume_key_arn, or name instance types without a disk of their own",
    ),
    Rule(
        "GT517", "dataset-beyond-algorithm", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm is documented for a certain range, such as 2 to 254 classes for segmentation.",
        fix="join or split classes when labelling, or choose another algorithm",
    ),
    Rule(
        "GT518", "image-setting", Severity.ERROR, whole_file=True, always=True,
        why='image_uri and metrics belong to algorithm = "own-image", which needs the former.',
        fix='set algorithm = "own-image" and image_uri together, or neither',
    ),
    Rule(
        "GT519", "instance-with-gpu", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm reads labelled manifests on CPU instances only.",
        fix="name a type of the c5 or m5 family",
    ),
    Rule(
        "GT521", "too-many-rejected", Severity.ERROR, whole_file=True,
        why="So many faults usually have one cause, which may touch the lines that look right, too.",
        fix="mend the cause, or raise gate.max_rejected",
    ),
    Rule(
        "GT522", "too-few-records", Severity.ERROR, whole_file=True,
        why="The environment asks for more records before a GPU is paid for.",
        fix="label more images, or lower gate.min_records",
    ),
    Rule(
        "GT523", "too-few-records-of-a-class", Severity.ERROR, whole_file=True,
        why="The environment asks for more records of each class before a GPU is paid for.",
        fix="label more of it, or lower gate.min_records_per_class",
    ),
    Rule(
        "GT524", "class-not-in-both-splits", Severity.ERROR, whole_file=True,
        why="The environment asks for every class in training and in validation.",
        fix='label more of it, or set split = "stratified" or gate.classes_in_both_splits = false',
    ),
)  # fmt: skip
