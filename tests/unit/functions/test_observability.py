import contextlib
import io
import json
from pathlib import Path

import pytest

from groundtrain.dataset.description import dump_dataset
from groundtrain.observability import logger
from groundtrain.printable_text import printable
from tests.datasets import KEYS, a_dataset
from tests.hostile import HOSTILE, LONG
from tests.unit.functions.pipeline import ATTEMPTS, finish_labeling_job, labeling_event
from tests.unit.functions.test_start_training import ready


@pytest.fixture
def printed(capsys, monkeypatch):
    """What CloudWatch would read: log lines and metric records."""
    log = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", log)

    def read():
        texts = (log.getvalue(), capsys.readouterr().out)
        return tuple([json.loads(line) for line in text.splitlines()] for text in texts)

    return read


def test_every_line_about_a_job_carries_its_name(aws, pipeline, printed):
    pipeline.convert(labeling_event(finish_labeling_job(aws)))
    lines, _ = printed()
    assert {line["labeling_job"] for line in lines} == {"Pallets-07"}


def test_a_dataset_is_counted_once_however_often_it_is_asked_for(aws, pipeline, printed):
    event = labeling_event(finish_labeling_job(aws))
    pipeline.convert(event, event)
    _, (measured,) = printed()
    assert measured["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "groundtrain/test"
    assert measured["DatasetsReady"] == [1.0]
    assert measured["RecordsUsed"] == [30.0]


def test_what_waits_is_counted(aws, pipeline, printed):
    aws.put(f"{KEYS}dataset.json", dump_dataset(a_dataset()), bucket="datasets")
    aws.sagemaker.without_quota |= {"ml.g5.2xlarge", "ml.g4dn.2xlarge"}
    assert pipeline.start(ready())
    _, (measured,) = printed()
    assert measured["TrainingJobsWaiting"] == [1.0]
    assert measured["Waiting"] == [1.0]


@pytest.mark.parametrize("problem", ["one for a person", "one of AWS", "the manifest is not there"])
@pytest.mark.parametrize(
    ("number", "given_up"), [(ATTEMPTS - 1, False), (ATTEMPTS, True), (ATTEMPTS + 1, True)]
)
def test_a_message_that_fails_for_the_last_time_is_counted(aws, pipeline, printed, problem, number, given_up):
    event = labeling_event(finish_labeling_job(aws))
    if problem == "one of AWS":
        pipeline.patch.setattr("groundtrain.pipeline.convert_labels.labeling_jobs.describe", fail)
    elif problem == "one for a person":
        event = labeling_event("arn:aws:sagemaker:eu-west-1:123456789012:labeling-job/nobodys")
    else:
        aws.clients.s3.delete_object(Bucket="labels", Key="out/Pallets-07/manifests/output/output.manifest")
    with contextlib.suppress(OSError):
        assert pipeline.deliver("convert_manifest", event, number)
    counted = [name for record in printed()[1] for name in record if name == "GivenUp"]
    assert bool(counted) == given_up


def fail(*_):
    raise OSError("no connection")


def test_a_call_that_measures_nothing_writes_no_metrics(aws, pipeline, printed):
    assert pipeline.sweep() == []
    assert printed() == ([], [])


@pytest.mark.parametrize("call", ["info", "warning", "error", "exception"])
def test_whatever_is_logged_is_one_printable_line_of_json(printed, call):
    getattr(logger, call)(HOSTILE, reason=HOSTILE, names=[HOSTILE, LONG], more={HOSTILE: 1}, number=2.5)
    for line in logger.handlers[0].stream.getvalue().splitlines():
        assert line.isprintable()
        assert len(line) < 40_000
    ((line,), _) = printed()
    assert printable(HOSTILE.split("\n")[0]) in line["message"]
    assert line["number"] == 2.5
    assert line["names"][0].split("\n")[-1].startswith("Zqx&&")


def test_a_traceback_is_logged_without_what_a_terminal_acts_upon(printed):
    try:
        int(HOSTILE)
    except ValueError:
        logger.exception("failed")
    ((line,), _) = printed()
    assert "x1b[2J" in line["exception"]
    assert "\x1b" not in line["exception"]
    assert "Traceback" in line["exception"].split("\n")[0]


def test_only_one_place_makes_a_logger():
    files = [*Path("lambdas").rglob("*.py")]
    assert files
    makes = [file.name for file in files if "Logger(" in file.read_text("utf-8")]
    assert makes == ["observability.py"]
