"""Promises of the readable copies in cdk.out/review."""

import json

import pytest

from stacks.readable_template import normalise
from template_review.template_copies import ROOT, copies_of, differences, main, write_copies

HASH = "0123456789abcdef" * 4


@pytest.fixture(scope="session")
def copies(templates):
    ours = ("dev/", "prod/")
    return copies_of({stack: file for stack, file in templates.items() if stack.startswith(ours)})


def shown(properties):
    template = {"Resources": {"It": {"Type": "AWS::X::Y", "Properties": properties}}}
    return normalise(template)["Resources"]["It"]["Properties"]


def test_the_committed_copies_are_up_to_date(copies):
    assert list(differences(copies, ROOT / "cdk.out" / "review")) == []


def test_each_stack_has_a_copy_named_after_stage_and_stack(copies):
    assert sorted(copies) == [
        f"{e}-{s}.json" for e in ("dev", "prod") for s in ("monitoring", "pipeline", "storage")
    ]


def test_written_copies_are_up_to_date(tmp_path):
    write_copies({"dev-storage.json": "{}\n"}, tmp_path / "review")
    assert list(differences({"dev-storage.json": "{}\n"}, tmp_path / "review")) == []


def test_a_stale_copy_is_told_with_its_difference(tmp_path):
    write_copies({"dev-storage.json": '"old"\n'}, tmp_path)
    [told] = differences({"dev-storage.json": '"new"\n'}, tmp_path)
    assert told.startswith("dev-storage.json: stale")
    assert '-"old"' in told
    assert '+"new"' in told


def test_a_missing_copy_is_told(tmp_path):
    assert list(differences({"dev-storage.json": "{}"}, tmp_path)) == ["dev-storage.json: missing"]


def test_a_copy_left_over_is_told_and_goes_when_copies_are_written(tmp_path):
    write_copies({"gone-storage.json": "{}"}, tmp_path)
    [told] = differences({}, tmp_path)
    assert told.startswith("gone-storage.json: left over")
    write_copies({}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_checking_fails_when_a_copy_is_stale(monkeypatch, capsys):
    monkeypatch.setattr(
        "template_review.template_copies._copies_of_this_repository", lambda: {"dev-storage.json": "other"}
    )
    assert main(["--check"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert "dev-storage.json: stale" in lines
    assert lines[-1] == "cdk.out/review is not up to date: run make synth and commit it", (
        "after the difference"
    )


def test_a_new_bundle_alone_changes_no_copy():
    assert shown({"S3Key": f"{HASH}.zip"}) == {"S3Key": "<asset>.zip"}


def test_references_read_as_text():
    arn = {"Fn::Join": ["", ["arn:aws:s3:::", {"Ref": "Bucket"}, "/", {"Fn::GetAtt": ["Role", "Arn"]}]]}
    assert shown({"Arn": arn}) == {"Arn": "arn:aws:s3:::${Bucket}/${Role.Arn}"}


def test_imports_read_as_text():
    assert shown({"Key": {"Fn::ImportValue": "dev-storage:Key"}}) == {"Key": "${dev-storage:Key}"}


def test_json_in_a_string_is_shown_as_json():
    assert shown({"Settings": json.dumps({"name": "dev"})}) == {"Settings": {"name": "dev"}}


def test_conditions_on_aws_keys_are_shown():
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    assert shown({"Condition": condition}) == {"Condition": condition}


def test_cdks_metadata_and_the_bootstrap_version_are_left_out():
    template = {
        "Parameters": {"BootstrapVersion": {}},
        "Rules": {"CheckBootstrapVersion": {}},
        "Resources": {"It": {"Type": "AWS::X::Y", "Metadata": {"aws:cdk:path": "dev/it"}}},
    }
    assert normalise(template) == {"Resources": {"It": {"Type": "AWS::X::Y"}}}
