"""Examples of GT5: settings against the dataset."""

from groundtrain.rules.examples.drawing import CAR, SOUND, boxes, changed, labeled, several
from groundtrain.rules.examples.example import Example

_UNLABELED = changed(boxes(7), boxes=None, boxes_metadata=None)
_CROWD = several(boxes(1, *[CAR] * 70), boxes(3, CAR))
_TAGS = labeled("tags", [0], "image-classification-multilabel", "s3://acme/1.jpg", class_map={"0": "day"})
_SPECIES = labeled("species", 0, "image-classification", "s3://acme/1.jpg", class_name="cat")
_ANOTHER_CAT = labeled("species", 0, "image-classification", "s3://acme/4.jpg", class_name="cat")
_DOG_IN_TRAINING = labeled("species", 1, "image-classification", "s3://acme/3.jpg", class_name="dog")
_TOPIC = labeled("topic", 0, "text-classification", "the ball is round", key="source", class_name="sport")
_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/detector:7"
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


def _settings(code: str, failing: str, repaired: str, manifest: str = SOUND) -> Example:
    return Example(code, f"{failing}\n", f"{repaired}\n", shows="settings", manifest=manifest)


def _hyperparameters(code: str, failing: str, repaired: str, manifest: str = SOUND) -> Example:
    table = "[training.hyperparameters]\n"
    return _settings(code, table + failing, table + repaired, manifest)


TRAINING = (
    _hyperparameters("GT501", "mini_batch_size = 32", "mini_batch_size = 2"),
    _hyperparameters("GT502", "num_classes = 20\nepochs = 30", "epochs = 30"),
    _hyperparameters(
        "GT503", 'epochs = 5\nlr_scheduler_step = "3,6"', 'epochs = 5\nlr_scheduler_step = "3,4"'
    ),
    Example("GT504", _CROWD, SOUND),
    _settings(
        "GT505",
        '[training]\ninstance_types = ["ml.m5.xlarge"]',
        '[training]\ninstance_types = ["ml.g5.2xlarge"]',
    ),
    _settings(
        "GT506",
        '[training]\ninstance_types = ["ml.p5.48xlarge"]',
        '[training]\ninstance_types = ["ml.g4dn.2xlarge"]',
    ),
    _settings(
        "GT531",
        '[training]\ninstance_types = ["ml.g5.2xlrge"]',
        '[training]\ninstance_types = ["ml.g5.2xlarge"]',
    ),
    _settings("GT507", "[training]\ninstance_count = 2", "[training]\ninstance_count = 1", several(_SPECIES)),
    _settings(
        "GT508",
        '[training]\nalgorithm = "object-detection"',
        '[training]\nalgorithm = "auto"',
        several(_SPECIES),
    ),
    _hyperparameters("GT509", "multi_label = 0", "multi_label = 1", several(_TAGS)),
    _settings("GT510", "[training]\nspot = true", "[training]\nspot = false", several(_TOPIC)),
    _settings("GT511", "[labeling]\nbuckets = []", '[labeling]\nbuckets = ["acme"]'),
    _settings(
        "GT512",
        'region = "eu-west-1"',
        'region = "us-east-1"',
        several(boxes(1, CAR, source="s3://acme-us-east-1/1.jpg")),
    ),
    _hyperparameters("GT513", "epohcs = 30", "epochs = 30"),
    _hyperparameters("GT514", "learning_rate = 1.5", "learning_rate = 0.001"),
    _hyperparameters("GT515", "resize = 200", "resize = 256", several(_SPECIES)),
    _settings(
        "GT516",
        f'[training]\ninstance_types = ["ml.g5.2xlarge"]\nvolume_key_arn = "{_KEY}"',
        f'[training]\ninstance_types = ["ml.p3.2xlarge"]\nvolume_key_arn = "{_KEY}"',
    ),
    Example("GT517", _masks("BACKGROUND"), _masks("BACKGROUND", "asphalt")),
    _settings(
        "GT518",
        '[training]\nalgorithm = "own-image"',
        f'[training]\nalgorithm = "own-image"\nimage_uri = "{_IMAGE}"',
    ),
    _settings(
        "GT519",
        '[training]\ninstance_types = ["ml.g5.2xlarge"]',
        '[training]\ninstance_types = ["ml.c5.2xlarge"]',
        several(_TOPIC),
    ),
    _settings(
        "GT521",
        "[gate]\nmax_rejected = 0.1",
        "[gate]\nmax_rejected = 0.2",
        several(SOUND.rstrip("\n"), _UNLABELED),
    ),
    _settings("GT522", "[gate]\nmin_records = 20", "[gate]\nmin_records = 6"),
    _settings("GT523", "[gate]\nmin_records_per_class = 10", "[gate]\nmin_records_per_class = 5"),
    _settings(
        "GT524",
        "[gate]\nclasses_in_both_splits = true",
        "[gate]\nclasses_in_both_splits = false",
        _BUS_ON_ONE_SIDE,
    ),
    Example("GT525", several(_SPECIES, _ANOTHER_CAT), several(_SPECIES, _ANOTHER_CAT, _DOG_IN_TRAINING)),
)
