"""Which keys the folders of `[labeling] uploads` take, and what becomes of settings that do not use them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.settings.environment import Environment, Labeling
from groundtrain.settings.environment_file import dump_environment, parse_environment
from groundtrain.settings.uploads import WatchedFolder, watched_folder
from groundtrain.training.settings_checks import training_mistakes


@pytest.mark.parametrize(
    ("upload", "folder"),
    [
        ("manifests/", ("own", "manifests/")),
        ("a/b c/dt=1/", ("own", "a/b c/dt=1/")),
        ("s3://photos/manifests/", ("photos", "manifests/")),
    ],
)
def test_a_folder_without_a_bucket_lies_in_the_one_that_the_stack_makes(upload, folder):
    assert watched_folder(upload, "own") == folder


@pytest.mark.parametrize(
    "key", ["in/a.manifest", "in/2026/11/a.manifest", "in/.manifest", "in/a b+ä.manifest"]
)
def test_manifests_in_a_folder_and_below_it_are_watched(key):
    assert WatchedFolder("photos", "in/").has("photos", key)


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("others", "in/a.manifest"),
        ("photos", "into/a.manifest"),
        ("photos", "a/in/a.manifest"),
        ("photos", "in/a.classes.json"),
        ("photos", "in/a.manifest.gz"),
        ("photos", "in/a.MANIFEST"),
    ],
)
def test_nothing_else_is_watched(bucket, key):
    assert not WatchedFolder("photos", "in/").has(bucket, key)


def test_settings_without_uploads_are_given_to_functions_as_before_there_were_any():
    labeling = json.loads(dump_environment(Environment(name="dev", region="eu-west-1")))["labeling"]
    assert labeling.keys() == {"buckets", "create_bucket", "job_name_prefixes", "statuses"}


@given(jobs=st.booleans(), uploads=st.lists(st.sampled_from(("in/", "s3://photos/in/")), unique=True))
def test_functions_are_given_the_uploads_that_were_set(jobs, uploads):
    labeling = Labeling(jobs=jobs or not uploads, uploads=tuple(uploads))
    environment = Environment(name="dev", region="eu-west-1", labeling=labeling)
    assert parse_environment(dump_environment(environment), training_mistakes) == environment
