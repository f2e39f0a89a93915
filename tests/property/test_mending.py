import tempfile
from pathlib import Path

from hypothesis import given

from groundtrain.checking.check import check_manifest
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.rules import RULES
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.manifest_lines import LABEL
from tests.strategies import manifests

MENDS = Environment(name="local", region="", dataset=DatasetSettings(label=LABEL, fix=("GT",)))
LOOKS = Environment(name="local", region="", dataset=DatasetSettings(label=LABEL))
FIXABLE = {code for code, rule in RULES.items() if rule.fixable}


def mended(lines: list[bytes], directory: Path, ending: bytes = b"\n") -> Path | None:
    path, output = directory / "output.manifest", directory / "mended.manifest"
    path.write_bytes(ending.join(lines))
    try:
        check_manifest(FileManifest(path), MENDS, mend_into=output)
    except GroundtrainError:
        return None
    return output if output.exists() else None


@given(manifests)
def test_what_was_mended_is_clean_of_every_rule_that_can_be(lines: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        if (output := mended(lines, Path(directory), b"\r\n")) is not None:
            again = check_manifest(FileManifest(output), LOOKS)
            assert not again.counts.keys() & FIXABLE


@given(manifests)
def test_mending_keeps_every_record_and_the_bytes_of_every_other_line(lines: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        if (output := mended(lines, Path(directory))) is None:
            return
        before = check_manifest(FileManifest(Path(directory, "output.manifest")), LOOKS).findings
        to_mend = {finding.line for finding in before if finding.code in FIXABLE}
        kept = [(i, line.removesuffix(b"\r")) for i, line in enumerate(lines, 1) if line.strip()]
        for (number, old), new in zip(kept, output.read_bytes().split(b"\n")[:-1], strict=True):
            assert new == old or number in to_mend
