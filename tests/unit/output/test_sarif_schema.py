"""SARIF as its own validator sees it, which brings the published schema along."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
VALIDATOR = ROOT / "node_modules" / ".bin" / "sarif-multitool"
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.manifest"))


def complaints(log: Path, tmp_path: Path) -> list[str]:
    """The schema's errors, `JSON…`, and the specification's, `SARIF1…`."""
    report = tmp_path / "report.sarif"
    subprocess.run(
        [VALIDATOR, "validate", log, "--output", report],
        env=os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=PATIENCE,
    )
    results = msgspec.json.decode(report.read_bytes())["runs"][0].get("results", [])
    return [result["ruleId"] for result in results if result.get("level") == "error"]


@pytest.mark.skipif(
    sys.platform == "win32" or not VALIDATOR.exists(), reason="the validator is not installed"
)
def test_a_check_as_sarif_is_valid_by_the_published_schema(tmp_path: Path) -> None:
    log = tmp_path / "check.sarif"
    command = Path(sys.executable).with_name("groundtrain")
    with log.open("wb") as output:
        subprocess.run([command, "check", *EXAMPLES, "--format", "sarif"], stdout=output, check=False)
    assert complaints(log, tmp_path) == []


@pytest.mark.skipif(
    sys.platform == "win32" or not VALIDATOR.exists(), reason="the validator is not installed"
)
def test_the_validator_would_complain(tmp_path: Path) -> None:
    log = tmp_path / "broken.sarif"
    log.write_text('{"version": "2.1.0", "runs": [{"tool": {"driver": {}}, "results": []}]}')
    assert "JSON1002" in complaints(log, tmp_path)
