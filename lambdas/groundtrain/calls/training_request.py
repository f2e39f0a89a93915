"""The CreateTrainingJob request of a dataset, as far as a call says it."""

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.calls.datasets import LocatedDataset
from groundtrain.errors import GroundtrainError
from groundtrain.gate.decision import decide_gate
from groundtrain.gate.verdict import first_reasons
from groundtrain.s3_addresses import bucket_of
from groundtrain.settings.environment import Environment
from groundtrain.training.request import BucketsAndRole, build_request, plan_training

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateTrainingJobRequestTypeDef

USUAL_REGION = "us-east-1"
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/?[\w+=,.@/-]+", re.ASCII)  # CreateTrainingJob
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class NotTrainedError(GroundtrainError):
    """No training job was started, or it failed."""

    exit_code = 1


class BucketsAndRoleOptions(Struct, frozen=True):
    """Options --role, --models and --datasets; "" for those that are left out."""

    role: str
    models: str
    datasets: str


def assumed_request(
    located: LocatedDataset, environment: Environment, options: BucketsAndRoleOptions, attempt: int
) -> "tuple[CreateTrainingJobRequestTypeDef, tuple[str, ...]]":
    """The request as far as it is known without asking AWS, and the options that would give the rest.

    Raises:
        UntrainableError, SettingsError
    """
    buckets, open_options = assumed_buckets_and_role(located, options)
    if not environment.region:
        environment = replace(environment, region=USUAL_REGION)
    plan = plan_training(located.dataset, environment)
    return build_request(plan, located.dataset, buckets, attempt=attempt), open_options


def assumed_buckets_and_role(
    located: LocatedDataset, options: BucketsAndRoleOptions
) -> tuple[BucketsAndRole, tuple[str, ...]]:
    """Buckets and role as far as they are known without asking AWS, and the options that would give the rest.

    Unknown parts are names in capital letters.
    """
    _refuse_impossible(options)
    values = {
        "--role": options.role,
        "--models": options.models,
        "--datasets": str(located.folder or options.datasets),
    }
    buckets = BucketsAndRole(
        located.folder_in(bucket_of(options.datasets) or "DATASETS-BUCKET"),
        bucket_of(options.models) or "MODELS-BUCKET",
        options.role or "arn:aws:iam::111122223333:role/TRAINING-ROLE",
    )
    return buckets, tuple(option for option, value in values.items() if not value)


def _refuse_impossible(options: BucketsAndRoleOptions) -> None:
    """What AWS would refuse for its form alone.

    Raises:
        GroundtrainError: an option's value cannot be what it stands for.
    """
    if options.role and not _ROLE.fullmatch(options.role):
        raise GroundtrainError(
            f'`--role` "{options.role}" is not the ARN of a role',
            fix="write --role arn:aws:iam::ACCOUNT:role/NAME",
        )
    for option, address in (("--models", options.models), ("--datasets", options.datasets)):
        if address and not _BUCKET.fullmatch(bucket_of(address)):
            raise GroundtrainError(
                f'{option} "{address}" names no bucket that can exist',
                fix=f"write {option} s3://BUCKET: 3 to 63 small letters, digits, dots and hyphens",
            )


def gate_refusal(located: LocatedDataset, environment: Environment, verb: str) -> NotTrainedError | None:
    """The error that says why the gate is closed, None when it is open; --override-gate does the `verb`."""
    decision = decide_gate(located.dataset, environment)
    if decision.open:
        return None
    return NotTrainedError(
        f"the dataset is not fit to train on: {first_reasons(decision.reasons)}".rstrip("."),
        fix=f"fix that, or {verb} all the same with `--override-gate`",
    )
