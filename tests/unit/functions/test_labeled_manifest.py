"""What a trigger hands over is all that making a dataset knows: any manifest with labels will do."""

from datetime import UTC, datetime, timedelta

import pytest

from groundtrain.aws.manifest_store import find_manifest
from groundtrain.errors import NotReadyError
from groundtrain.pipeline.make_dataset_once import Buckets, make_dataset_once
from groundtrain.pipeline.triggers.labeled_manifest import LabeledManifest
from groundtrain.s3_addresses import parse_s3_address
from tests.mocked_aws import DATASETS, LABELS
from tests.unit.functions.pipeline import ENVIRONMENT, labeled_line

SETTLED = datetime(2026, 3, 2, tzinfo=UTC)


def made_from(aws, *, counted=0, settled=SETTLED, text=None):
    for number in range(9):
        aws.put(f"images/{number:04}.jpg", b"jpeg")
    lines = text if text is not None else "".join(f"{labeled_line(number)}\n" for number in range(9))
    labeled = LabeledManifest(
        name="yard",
        identity=f"{LABELS}/uploads/yard.manifest",
        title="manifest yard",
        manifest=find_manifest(aws.clients.s3, parse_s3_address(aws.put("uploads/yard.manifest", lines))),
        counters={"TotalLabeled": counted},
        settled=settled,
    )
    return make_dataset_once(labeled, ENVIRONMENT, Buckets(DATASETS, [LABELS]), aws.clients)


def test_a_manifest_that_no_labeling_job_wrote_becomes_a_dataset_once(aws):
    first, second = made_from(aws), made_from(aws)
    assert (first.new, second.new) == (True, False)
    assert first.dataset.train.records + first.dataset.validation.records == 9
    assert str(first.folder).startswith(f"s3://{DATASETS}/datasets/yard/")
    assert first.folder == second.folder


def test_until_it_is_settled_fewer_labels_than_were_counted_are_waited_for(aws):
    with pytest.raises(NotReadyError, match="manifest yard counts 10 labeled objects, its manifest has 9 so"):
        made_from(aws, counted=10, settled=datetime.now(UTC) + timedelta(minutes=1))
    assert made_from(aws, counted=10).new


def test_a_manifest_that_is_unusable_as_a_whole_is_a_dataset_with_a_closed_gate(aws):
    made = made_from(aws, text="{}\n")
    assert not made.dataset.gate.open
    assert [made.dataset.train.records, made.dataset.validation.records] == [0, 0]
