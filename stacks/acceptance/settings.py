"""The settings of the acceptance run: an environment of its own, small, whose buckets go with it."""

from pathlib import Path

from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import STACKS, Environment, stack_name
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes

NAME = "acceptance"
STACK_NAMES = tuple(stack_name(NAME, stack) for stack in STACKS)
TAG = "groundtrain-acceptance"
"""Key of the tag that everything deployed here has, and by which it is known when it is removed."""
CPU, GPU = "ml.m5.large", "ml.g4dn.xlarge"
UPLOADS = "manifests/"
_TEXT = """\
account = "{account}"
region = "{region}"

[labeling]
{labeling}
job_name_prefixes = ["groundtrain-acceptance"]
statuses = ["Completed", "Stopped"]

[dataset]
split = "stratified"
validation = 0.2
images = "full"

[gate]
min_records = 20

[training]
instance_types = ["{gpu}"]
volume_gb = 10
spot = false
max_runtime = "20m"
retry_attempts = 1
max_concurrent_jobs = 4
max_jobs_per_day = 10

[training.overrides.object-detection.hyperparameters]
epochs = 1
image_shape = 300
mini_batch_size = 4

[training.overrides.blazingtext]
instance_types = ["{cpu}"]

[training.overrides.blazingtext.hyperparameters]
min_count = 1

[retention]
keep_buckets = false
logs_days = 1
replaced_objects_days = 1

[sweep]
every = "1d"
look_back = "3d"
grace = "1s"

[tags]
{tag} = "{seed}"
"""


class NotOursError(GroundtrainError):
    """Something else has the name that the acceptance run would take."""


def write_settings(folder: Path, account: str, region: str, seed: str, bucket: str = "") -> Environment:
    """Write the settings into the folder, and read them as a deployment does.

    Args:
        folder: where the file is put.
        account: of 12 digits.
        region: of everything.
        seed: makes datasets, and so names of jobs, new in each run.
        bucket: an existing one, in place of the one that the stack makes; "" for the latter.
    """
    labeling = f'uploads = ["{UPLOADS}"]'
    if bucket:
        labeling = f'create_bucket = false\nbuckets = ["{bucket}"]'
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{NAME}.toml"
    values = {"account": account, "region": region, "seed": seed, "labeling": labeling}
    file.write_text(_TEXT.format(**values, tag=TAG, cpu=CPU, gpu=GPU), "utf-8")
    return load_environment(file, training_mistakes)


def refuse_environment_in_use(folder: Path) -> None:
    """Refuse where somebody's own environment has this name.

    Raises:
        NotOursError
    """
    file = folder / f"{NAME}.toml"
    if file.exists():
        raise NotOursError(
            f"{file}: an environment has the name that the acceptance run takes for its own",
            fix="give that environment another name",
        )
