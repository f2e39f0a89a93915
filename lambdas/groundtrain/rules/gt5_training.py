"""GT5: settings against the dataset; GT50 and GT51 training, GT52 the gate."""

from groundtrain.rules.example_manifests import CAR, SOUND, boxes, changed, labeled, several
from groundtrain.rules.rule import Example, Rule, Severity

_UNLABELED = changed(boxes(7), boxes=None, boxes_metadata=None)
_CROWD = several(boxes(1, *[CAR] * 70), boxes(3, CAR))
_TAGS = labeled("tags", [0], "image-classification-multilabel", "s3://acme/1.jpg", class_map={"0": "day"})
_SPECIES = labeled("species", 0, "image-classification", "s3://acme/1.jpg", class_name="cat")
_ANOTHER_CAT = labeled("species", 0, "image-classification", "s3://acme/4.jpg", class_name="cat")
_DOG_IN_TRAINING = labeled("species", 1, "image-classification", "s3://acme/3.jpg", class_name="dog")
_TOPIC = labeled("topic", 0, "text-classification", "the ball is round", key="source", class_name="sport")
_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/detector:7"
_DETECTOR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/groundtrain-detector:7"
_BUS_ON_ONE_SIDE = several(
    boxes(3, CAR, (1, 10, 20, 30, 40), names={"0": "car", "1": "bus"}), boxes(1, CAR), boxes(2, CAR)
)


def _masks(*names: str) -> str:
    """Six masks whose colour map has these classes."""
    classes = {str(i): {"class-name": name} for i, name in enumerate(names)}
    masks = (
        labeled(
            "road-ref",
            f"s3://acme/{number}.png",
            "semantic-segmentation",
            f"s3://acme/{number}.jpg",
            internal_color_map=classes,
        )
        for number in range(1, 7)
    )
    return several(*masks)


def _settings(failing: str, repaired: str, manifest: str = SOUND) -> Example:
    return Example(f"{failing}\n", f"{repaired}\n", shows="settings", manifest=manifest)


def _hyperparameters(failing: str, repaired: str, manifest: str = SOUND) -> Example:
    table = "[training.hyperparameters]\n"
    return _settings(table + failing, table + repaired, manifest)


TRAINING = (
    Rule(
        "GT501", "batch-not-filled", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm stops when a channel has fewer images than one batch.",
        fix="label more, change `dataset.validation`, or set a smaller batch size",
        example=_hyperparameters("mini_batch_size = 32", "mini_batch_size = 2"),
    ),
    Rule(
        "GT502", "derived-setting-typed", Severity.ERROR, whole_file=True, always=True,
        why="The value follows from the dataset; typed by hand, it is wrong after the next labeling job.",
        fix="remove it from `training.hyperparameters`",
        example=_hyperparameters("num_classes = 20\nepochs = 30", "epochs = 30"),
    ),
    Rule(
        "GT503", "step-after-last-epoch", Severity.ERROR, whole_file=True, always=True,
        why="The learning rate would never be lowered as planned.",
        fix="raise epochs or lower the step",
        example=_hyperparameters(
            'epochs = 5\nlr_scheduler_step = "3,6"', 'epochs = 5\nlr_scheduler_step = "3,4"'
        ),
    ),
    Rule(
        "GT504", "label-width-raised", Severity.INFO, whole_file=True,
        why="The default label_width of 350 holds 69 boxes per image; it is raised to hold all.",
        fix="no action is needed",
        example=Example(_CROWD, SOUND),
    ),
    Rule(
        "GT505", "instance-without-gpu", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker refuses the job: the algorithm runs on GPU instances only.",
        fix="name a type of the g5 or g4dn family",
        example=_settings(
            '[training]\ninstance_types = ["ml.m5.xlarge"]',
            '[training]\ninstance_types = ["ml.g5.2xlarge"]',
        ),
    ),
    Rule(
        "GT506", "instance-not-documented", Severity.WARNING, whole_file=True,
        why="The algorithm's guide does not name the family (images: p2, p3, g4dn, g5): it may be refused.",
        fix="add a type of a documented family",
        example=_settings(
            '[training]\ninstance_types = ["ml.p5.48xlarge"]',
            '[training]\ninstance_types = ["ml.g4dn.2xlarge"]',
        ),
    ),
    Rule(
        "GT507", "too-many-machines", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm is documented for one machine when it streams, so SageMaker refuses more.",
        fix="set `training.instance_count = 1`",
        example=_settings(
            "[training]\ninstance_count = 2", "[training]\ninstance_count = 1", several(_SPECIES)
        ),
    ),
    Rule(
        "GT508", "label-type-not-read", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm does not learn from labels of this type.",
        fix='choose another label attribute, or `training.algorithm = "own-image"`, which reads any',
        example=_settings(
            '[training]\nalgorithm = "object-detection"',
            '[training]\nalgorithm = "auto"',
            several(_SPECIES),
        ),
    ),
    Rule(
        "GT509", "multi-label-setting", Severity.ERROR, whole_file=True, always=True,
        why="A list of class ids needs multi_label = 1, a single id forbids it; if not, labels are misread.",
        fix="remove multi_label from `training.hyperparameters`",
        example=_hyperparameters("multi_label = 0", "multi_label = 1", several(_TAGS)),
    ),
    Rule(
        "GT510", "spot-without-checkpoints", Severity.ERROR, whole_file=True, always=True,
        why="A job that restarts from nothing after an interruption may wait one hour for spot at most.",
        fix="set `training.spot = false`, or max_runtime and capacity_wait of 1h together",
        example=_settings("[training]\nspot = true", "[training]\nspot = false", several(_TOPIC)),
    ),
    Rule(
        "GT511", "bucket-not-named", Severity.WARNING, whole_file=True,
        why="The training role may read only the buckets that the environment names or creates.",
        fix="add it to `labeling.buckets`, and deploy again",
        example=_settings("[labeling]\nbuckets = []", '[labeling]\nbuckets = ["acme"]'),
    ),
    Rule(
        "GT512", "bucket-of-another-region", Severity.INFO, whole_file=True,
        why="Images, manifests and training must be in one region; the bucket's name suggests another.",
        fix="no action is needed if only the name suggests it; otherwise copy the images",
        example=_settings(
            'region = "eu-west-1"',
            'region = "us-east-1"',
            several(boxes(1, CAR, source="s3://acme-us-east-1/1.jpg")),
        ),
    ),
    Rule(
        "GT513", "hyperparameter-unknown", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm refuses hyperparameters that it does not know.",
        fix="correct the name, or move it to training.overrides of the algorithm that knows it",
        example=_hyperparameters("epohcs = 30", "epochs = 30"),
    ),
    Rule(
        "GT514", "hyperparameter-out-of-range", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm refuses the value before it trains, or fails on it.",
        fix="set a value in range, or leave it out",
        example=_hyperparameters("learning_rate = 1.5", "learning_rate = 0.001"),
    ),
    Rule(
        "GT515", "hyperparameters-in-conflict", Severity.ERROR, whole_file=True, always=True,
        why="Each value is allowed alone, but the algorithm's guide rules out the combination.",
        fix="change one of them",
        example=_hyperparameters("resize = 200", "resize = 256", several(_SPECIES)),
    ),
    Rule(
        "GT516", "volume-key-on-local-disk", Severity.ERROR, whole_file=True, always=True,
        why="SageMaker refuses the job: the machine encrypts its local disks itself.",
        fix="remove `training.volume_key_arn`, or use instance types without local disks",
        example=_settings(
            f'[training]\ninstance_types = ["ml.g5.2xlarge"]\nvolume_key_arn = "{_KEY}"',
            f'[training]\ninstance_types = ["ml.p3.2xlarge"]\nvolume_key_arn = "{_KEY}"',
        ),
    ),
    Rule(
        "GT517", "dataset-beyond-algorithm", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm is documented for a limited range, such as 2 to 254 classes for segmentation.",
        fix="join or split classes when labeling, or choose another algorithm",
        example=Example(_masks("BACKGROUND"), _masks("BACKGROUND", "asphalt")),
    ),
    Rule(
        "GT518", "image-setting", Severity.ERROR, whole_file=True, always=True,
        why='image_uri and metrics belong to algorithm = "own-image" or "groundtrain-detector", which require'
        " image_uri; the repository of our detector's image is called groundtrain-detector.",
        fix='set `training.algorithm = "own-image"`, or our detector, with image_uri beside it, or neither',
        example=_settings(
            '[training]\nalgorithm = "own-image"',
            f'[training]\nalgorithm = "own-image"\nimage_uri = "{_IMAGE}"',
        ),
    ),
    Rule(
        "GT519", "instance-with-gpu", Severity.ERROR, whole_file=True, always=True,
        why="The algorithm reads augmented manifests on CPU instances only.",
        fix="name a type of the c5 or m5 family",
        example=_settings(
            '[training]\ninstance_types = ["ml.g5.2xlarge"]',
            '[training]\ninstance_types = ["ml.c5.2xlarge"]',
            several(_TOPIC),
        ),
    ),
    Rule(
        "GT520", "class-names-beyond-job", Severity.WARNING, whole_file=True,
        why="The names do not fit into the job's hyperparameters, so the model calls its classes class 0,"
        " class 1 and so on, also in what it predicts.",
        fix="shorten names of classes, or look their numbers up in the list of classes in dataset.json",
        example=Example(
            several(*(boxes(number, CAR, names={"0": "a car…"}) for number in range(1, 7))),
            SOUND,
            settings=f'[training]\nalgorithm = "groundtrain-detector"\nimage_uri = "{_DETECTOR}"\n',
            length=2500,
        ),
    ),
    Rule(
        "GT521", "too-many-rejected", Severity.ERROR, whole_file=True,
        why="So many faults usually have one cause, which may also affect the lines that look right.",
        fix="fix the cause, or raise `gate.max_rejected`",
        example=_settings(
            "[gate]\nmax_rejected = 0.1",
            "[gate]\nmax_rejected = 0.2",
            several(SOUND.rstrip("\n"), _UNLABELED),
        ),
    ),
    Rule(
        "GT522", "too-few-records", Severity.ERROR, whole_file=True,
        why="The environment requires more records before a GPU is paid for.",
        fix="label more, or lower `gate.min_records`",
        example=_settings("[gate]\nmin_records = 20", "[gate]\nmin_records = 6"),
    ),
    Rule(
        "GT523", "too-few-records-of-a-class", Severity.ERROR, whole_file=True,
        why="The environment requires more records of each class before a GPU is paid for.",
        fix="label more of it, or lower `gate.min_records_per_class`",
        example=_settings("[gate]\nmin_records_per_class = 10", "[gate]\nmin_records_per_class = 5"),
    ),
    Rule(
        "GT524", "class-not-in-both-splits", Severity.ERROR, whole_file=True,
        why="The environment requires every class in both training and validation.",
        fix="label more of it, or set `gate.classes_in_both_splits = false`",
        example=_settings(
            "[gate]\nclasses_in_both_splits = true",
            "[gate]\nclasses_in_both_splits = false",
            _BUS_ON_ONE_SIDE,
        ),
    ),
    Rule(
        "GT531", "unknown-instance-type", Severity.WARNING, whole_file=True,
        why="SageMaker's service model names no such instance type: it is new, or misspelt and refused.",
        fix="correct its spelling, unless it is a new one",
        example=_settings(
            '[training]\ninstance_types = ["ml.g5.2xlrge"]',
            '[training]\ninstance_types = ["ml.g5.2xlarge"]',
        ),
    ),
    Rule(
        "GT525", "one-class-only", Severity.ERROR, whole_file=True,
        why="A classification with a single class learns to give always the same answer.",
        fix="label records of another class as well",
        example=Example(several(_SPECIES, _ANOTHER_CAT), several(_SPECIES, _ANOTHER_CAT, _DOG_IN_TRAINING)),
    ),
)  # fmt: skip
