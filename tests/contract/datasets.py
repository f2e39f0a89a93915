from groundtrain.dataset.description import Dataset, GateDecision, Source, Split


def a_dataset() -> Dataset:
    """A dataset of two classes whose busiest image has 81 boxes."""
    return Dataset(
        dataset_id="4f1c0a9d3b7e6258",
        labeling_job="Pallets-07",
        labeling_job_arn="arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/pallets-07",
        source=Source("s3://labels/output.manifest", "e", 1310, 1),
        label="boxes",
        type="groundtruth/object-detection",
        attributes=("source-ref", "boxes"),
        classes=("pallet", "forklift"),
        train=a_split(1174),
        validation=a_split(136),
        rejected=0,
        reasons={},
        findings={},
        statistics={"boxes": 3000.0, "most_boxes": 81.0},
        image_buckets=("images",),
        gate=GateDecision(open=True),
    )


def a_split(records: int) -> Split:
    return Split("", records, 0, "", {"pallet": records, "forklift": records})
