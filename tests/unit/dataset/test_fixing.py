from pathlib import Path

from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.source import FileManifest
from groundtrain.rules.line_limits import MAX_LINE
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.manifest_lines import box, dump, good, record

OUTSIDE = dump({"note": 1, **record("s3://bucket/outside.jpg", box(left=620), box(left=5.50)), "tail": "é"})


def fixed(directory: Path, text: bytes, **dataset: tuple[str, ...]) -> bytes:
    path, output = directory / "output.manifest", directory / "fixed.manifest"
    path.write_bytes(text)
    settings = DatasetSettings(**{"fix": ("GT",), **dataset})
    environment = Environment(name="local", region="", dataset=settings)
    check_manifest(FileManifest(path), environment, fix_into=output)
    return output.read_bytes()


def test_a_line_is_mended_and_keeps_its_other_attributes(tmp_path: Path) -> None:
    (line,) = fixed(tmp_path, OUTSIDE + b"\n").splitlines()
    assert line == OUTSIDE.replace(b'"left":620,"top":20,"width":30', b'"left":620,"top":20,"width":20')


def test_lines_without_a_fault_that_can_be_mended_keep_their_bytes(tmp_path: Path) -> None:
    lines = [*good(3), b'{"a" : 1}', b"{broken", b"17", dump(record("s3://bkt/x.jpg", box(left=9999)))]
    lines.append(lines[0].replace(b'"left":10', b'"left" : 10.50'))
    assert fixed(tmp_path, b"".join(line + b"\n" for line in lines)).splitlines() == lines


def test_a_line_with_another_fault_beside_is_mended_and_kept(tmp_path: Path) -> None:
    line = dump(record("s3://bucket/a.jpg", box(left=620), box(9)))
    (kept,) = fixed(tmp_path, line + b"\n" + good(1)[0] + b"\n").splitlines()[:1]
    assert b'"left":620,"top":20,"width":20' in kept
    assert b'"class_id":9' in kept


def test_what_a_fix_brings_to_light_is_found_at_once(tmp_path: Path) -> None:
    path = tmp_path / "output.manifest"
    path.write_bytes(
        dump(record("s3://bucket/a.jpg", box(left=637, width=4))) + b"\n" + b"\n".join(good(20)) + b"\n"
    )
    settings = Environment(name="local", region="", dataset=DatasetSettings(fix=("GT204",)))
    check = check_manifest(FileManifest(path), settings)
    assert (check.fixed, check.counts["GT212"]) == ({"GT204": 1}, 1)


def test_bytes_around_the_lines_are_made_plain(tmp_path: Path) -> None:
    first, second = good(2)
    text = b"\xef\xbb\xbf" + first + b"\r\n\r\n\n" + second
    assert fixed(tmp_path, text) == first + b"\n" + second + b"\n"


def test_an_ignored_rule_is_not_mended(tmp_path: Path) -> None:
    assert fixed(tmp_path, OUTSIDE + b"\n", ignore=("GT204",)) == OUTSIDE + b"\n"


def test_a_manifest_can_be_mended_in_place(tmp_path: Path) -> None:
    path = tmp_path / "output.manifest"
    path.write_bytes(OUTSIDE)
    settings = DatasetSettings(fix=("GT",))
    check_manifest(FileManifest(path), Environment(name="local", region="", dataset=settings), fix_into=path)
    assert b'"width":20' in path.read_bytes()


def test_a_line_too_long_to_carry_over_leaves_no_file_behind(tmp_path: Path) -> None:
    path, output = tmp_path / "output.manifest", tmp_path / "fixed.manifest"
    path.write_bytes(good(1)[0] + b"\n" + b" " * 9 + b"x" * (MAX_LINE + 1) + b"\n")
    check = check_manifest(FileManifest(path), Environment(name="local", region=""), fix_into=output)
    assert "line 2: more than 4 MiB cannot be carried over" in str(check.verdict)
    assert [made.name for made in tmp_path.iterdir()] == ["output.manifest"]


def test_what_is_left_after_a_fix_is_found_once_and_quotes_the_line_as_it_is_then(tmp_path: Path) -> None:
    lines = [dump(record("s3://s3://bucket//1.jpg", box())), *good(20)]
    (tmp_path / "output.manifest").write_bytes(b"\n".join(lines) + b"\n")
    settings = Environment(name="local", region="", dataset=DatasetSettings(fix=("GT108",)))
    check = check_manifest(FileManifest(tmp_path / "output.manifest"), settings)
    assert (check.fixed, check.counts) == ({"GT108": 1}, {"GT114": 1})
    assert check.findings[0].message == 'the key has // in it: "s3://bucket//1.jpg"'


def test_corrected_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "output.manifest").write_bytes(b"\r\n\n".join(good(20)))
    settings = Environment(name="local", region="", dataset=DatasetSettings(fix=("GT11",)))
    check = check_manifest(FileManifest(tmp_path / "output.manifest"), settings)
    assert (check.fixed, check.counts) == ({"GT111": 19, "GT112": 19, "GT113": 1}, {})
