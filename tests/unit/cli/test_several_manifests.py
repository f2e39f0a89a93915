"""Several manifests given at once, and several jobs' labels in one file."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.manifest_lines import LABEL, box, dump, good, record
from tests.merged import manifest_file

Say = Callable[..., SimpleNamespace]


def test_a_check_of_several_manifests_says_that_each_was_looked_at_by_itself(
    say: Say, tmp_path: Path
) -> None:
    manifest_file(tmp_path / "b.manifest", good(60))
    said = say("check", "a.manifest", "b.manifest")
    assert "Each of the 2 manifests was checked by itself" in said.err
    assert "groundtrain merge a.manifest b.manifest --output FILE" in said.err
    assert "checked by itself" not in say("check", "a.manifest").err


def test_convert_says_what_to_do_with_several_manifests(say: Say, tmp_path: Path) -> None:
    manifest_file(tmp_path / "b.manifest", good(60))
    said = say("convert", "a.manifest", "b.manifest", "--output", "d")
    assert said.code == 2
    assert "convert makes a dataset of one manifest, and 2 were named" in said.err
    assert "groundtrain merge a.manifest b.manifest --output FILE" in said.err
    assert "the others by --validation-manifest and --test-manifest" in said.err
    assert not Path("d").exists()


@pytest.mark.parametrize(
    "command", [("check", "j"), ("convert", "j", "--output", "d"), ("merge", "j", "--output", "d")]
)
def test_labels_of_several_jobs_in_one_file_are_told_to_be_merged(
    say: Say, tmp_path: Path, command: tuple[str, ...]
) -> None:
    lines = [record(f"s3://acme/{i}.jpg", box()) for i in range(60)]
    joined = [
        dump({key.replace(LABEL, "week1" if i < 30 else "week2"): value for key, value in line.items()})
        for i, line in enumerate(lines)
    ]
    manifest_file(tmp_path / "j", joined)
    said = say(*command)
    assert said.code in (1, 2)
    told = " ".join((said.out + said.err).split())
    assert "no line has two of them: join them by groundtrain merge FILE --take week1 --take week2" in told


def test_inspect_tells_labels_under_another_name(say: Say, tmp_path: Path) -> None:
    line = record("s3://acme/1.jpg", box())
    week2 = {key.replace(LABEL, "week2"): value for key, value in line.items()}
    manifest_file(tmp_path / "j", [*good(3), dump(week2)])
    assert "GT422 labels-under-another-name" in " ".join(say("inspect", "j").out.split())


def test_convert_does_not_ask_to_label_what_has_a_label_under_another_name(say: Say, tmp_path: Path) -> None:
    lines = [record(f"s3://acme/{i}.jpg", box()) for i in range(60)]
    joined = [
        dump({key.replace(LABEL, "week1" if i < 50 else "week2"): value for key, value in line.items()})
        for i, line in enumerate(lines)
    ]
    manifest_file(tmp_path / "j", joined)
    said = " ".join(say("convert", "j", "--label", "week1", "--output", "d").out.split())
    assert "GT201 unlabeled 10 see GT422" in said
    assert "GT422 labels-under-another-name" in said


def test_labels_on_one_line_far_down_are_not_told_to_be_merged(say: Say, tmp_path: Path) -> None:
    both = record("s3://bucket/last.jpg", box())
    both |= {key.replace(LABEL, "signs"): value for key, value in both.items()}
    manifest_file(tmp_path / "j", [*good(1200), dump(both)])
    assert "no line has two of them" not in say("merge", "j", "--output", "d").err
