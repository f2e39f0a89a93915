"""`groundtrain preflight` asks the embedded AWS, with the stage deployed there by the real CDK."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from groundtrain.cli.application import run
from local.demo.deployed_stage import Deployment
from local.demo.workspace import Workspace
from tests.local.deployment import needs_cdk

pytestmark = needs_cdk
Asked = Callable[..., dict[str, Any]]


@pytest.fixture
def asked(
    deployment: Deployment,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Any,
) -> Asked:
    """The document about the deployed settings, with these texts in place of those there."""
    for name, value in deployment.aws.settings().items():
        monkeypatch.setenv(name, value)

    def asked(*changes: tuple[str, str]) -> dict[str, Any]:
        text = (workspace.environments / "dev.toml").read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "dev.toml").write_text(text, "utf-8")
        run(["preflight", "--settings", str(tmp_path / "dev.toml"), "--format", "json"])
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    return asked


@pytest.fixture
def limited(deployment: Deployment) -> Iterator[str]:
    """An instance type with a quota of none."""
    kind = "ml.g6.xlarge"
    deployment.aws.control("LocalSetQuota", InstanceType=kind, Limit=0)
    yield kind
    deployment.aws.control("LocalSetQuota", InstanceType=kind, Limit=1_000)


def codes(document: dict[str, Any]) -> set[str]:
    return {found["code"] for check in document["checks"] for found in check["findings"]}


def test_a_deployed_stage_is_ready_and_every_question_is_answered(asked: Asked) -> None:
    document = asked()
    results = {check["about"]: check["result"] for check in document["checks"]}
    assert document["verdict"] == "ready-with-warnings", document
    assert "not-answered" not in results.values()
    assert {results[name] for name in ("bootstrap", "quotas", "stacks", "names")} == {"fine"}


def test_what_the_deployed_stage_would_lack_is_told(asked: Asked, limited: str) -> None:
    document = asked(
        ('"ml.g5.2xlarge", "ml.g4dn.2xlarge"', f'"{limited}"'),
        ("[training]\n", '[training]\nexperiment = "nowhere"\n'),
    )
    assert {"GT807", "GT824"} <= codes(document)
    assert document["verdict"] == "not-ready"
