"""One synth for all tests here: the committed environments, one that uses every other setting, one without
Ground Truth.
"""

import json
from pathlib import Path

import pytest

from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from stacks.environments import load_environments
from stacks.readable_template import normalise
from template_review.template_copies import ROOT, synthesize
from tests.infrastructure.cloud import Cloud
from tests.permissions.granted import Granted

UNUSUAL = """
account = "111122223333"
region = "eu-central-1"
[labeling]
buckets = ["yard-images", "yard-labels"]
create_bucket = false
job_name_prefixes = ["pallets-", "forklifts-"]
statuses = ["Completed", "Stopped"]
uploads = ["s3://yard-uploads/incoming/"]
[dataset]
images = "full"
[image_checks]
max_concurrency = 20
tolerated_failure_percentage = 5
[training]
max_jobs_per_day = 20
incremental = true
network = { subnets = ["subnet-1a"], security_groups = ["sg-2b"] }
[notifications]
emails = ["yard@example.com"]
[retention]
logs_days = 14
replaced_objects_days = 5
keep_buckets = false
[sweep]
every = "30m"
"""


UPLOADS = """
region = "eu-west-1"
[labeling]
jobs = false
uploads = ["manifests/"]
[training]
max_jobs_per_day = 20
"""
MORE = {"unusual": UNUSUAL, "uploads": UPLOADS}


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every stack's template as CloudFormation gets it, by the stack's path."""
    folder = tmp_path_factory.mktemp("synth")
    for name, text in MORE.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    (folder / "functions").mkdir()
    environments = [
        *load_environments(ROOT / "environments"),
        *(load_environment(folder / f"{name}.toml", training_mistakes) for name in MORE),
    ]
    return synthesize(environments, folder / "assembly", folder / "functions")


@pytest.fixture(scope="session")
def clouds(templates: dict[str, Path]) -> dict[str, Cloud]:
    """Every environment, by name."""
    read = {stack: normalise(json.loads(file.read_text("utf-8"))) for stack, file in templates.items()}
    names = sorted({stack.split("/")[0] for stack in read})
    return {name: Cloud({k: v for k, v in read.items() if k.startswith(f"{name}/")}) for name in names}


@pytest.fixture(params=["dev", "prod", *MORE])
def cloud(request: pytest.FixtureRequest, clouds: dict[str, Cloud]) -> Cloud:
    """Each environment in turn: a promise holds in all of them."""
    found: Cloud = clouds[request.param]
    return found


@pytest.fixture(params=["dev", "unusual", "uploads"])
def granted(request: pytest.FixtureRequest, clouds: dict[str, Cloud]) -> Granted:
    """What is granted for labels in a bucket of the environment's own, in existing ones, and for uploads."""
    return Granted(clouds[request.param], request.param)


@pytest.fixture
def dev(clouds: dict[str, Cloud]) -> Cloud:
    return clouds["dev"]


@pytest.fixture
def prod(clouds: dict[str, Cloud]) -> Cloud:
    return clouds["prod"]


@pytest.fixture
def unusual(clouds: dict[str, Cloud]) -> Cloud:
    return clouds["unusual"]


@pytest.fixture
def uploads(clouds: dict[str, Cloud]) -> Cloud:
    return clouds["uploads"]
