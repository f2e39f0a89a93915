"""A dataset as convert_manifest publishes it."""

from groundtrain.dataset.description import Dataset, GateDecision, Source, Split
from groundtrain.events.dataset_announcement import DatasetAnnouncement
from groundtrain.s3_addresses import S3Address

KEYS = "datasets/Pallets-07/4f1c0a9d3b7e6258/"
FOLDER = f"s3://datasets/{KEYS}"
FOLDER_ADDRESS = S3Address("datasets", KEYS)


def a_split(name, records):
    return Split(name, records, 10 * records, "0" * 64, {"pallet": records, "forklift": records // 2})


def a_dataset(**changes):
    fields = {
        "dataset_id": "4f1c0a9d3b7e6258",
        "labeling_job": "Pallets-07",
        "labeling_job_arn": "arn:aws:sagemaker:eu-west-1:123456789012:labeling-job/pallets-07",
        "source": Source("s3://labels/out/output.manifest", "etag", 1310, 100_000),
        "label": "boxes",
        "type": "groundtruth/object-detection",
        "attributes": ("source-ref", "boxes"),
        "classes": ("pallet", "forklift"),
        "train": a_split("train.manifest", 1174),
        "validation": a_split("validation.manifest", 130),
        "rejected": 6,
        "reasons": {"GT204": 4, "GT101": 2},
        "findings": {"GT204": 5, "GT101": 2},
        "statistics": {"boxes": 3000.0, "most_boxes": 81.0},
        "image_buckets": ("labels",),
        "gate": GateDecision(open=True),
    }
    return Dataset(**(fields | changes))


def an_announcement(**changes):
    fields = {
        "environment": "test",
        "labeling_job": "Pallets-07",
        "dataset_id": "4f1c0a9d3b7e6258",
        "dataset": FOLDER,
    }
    return DatasetAnnouncement(**(fields | changes))
