"""What the stacks tell a function through its environment variables: one record a function."""

import os
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from groundtrain.aws.notifications import Subscribers
from groundtrain.environments import parse_environment
from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment

_Variables = TypeVar("_Variables", bound="FunctionVariables")


class FunctionVariables(Struct, frozen=True, kw_only=True, rename=str.upper):
    """Every function knows the settings of its environment and where datasets lie."""

    groundtrain_settings: str
    datasets_bucket: str

    @property
    def environment(self) -> Environment:
        """The settings the stacks were made with."""
        return parse_environment(self.groundtrain_settings)


class StepVariables(FunctionVariables, frozen=True, kw_only=True):
    """Of a function with a queue; `queue_url` is its own."""

    topic_arn: str
    queue_url: str

    @property
    def subscribers(self) -> Subscribers:
        """Who hears of what the function does; what they heard is kept beside the datasets."""
        return Subscribers(self.topic_arn, self.datasets_bucket)


class ConvertVariables(StepVariables, frozen=True, kw_only=True):
    """Of convert_manifest.

    Attributes:
        labeling_buckets: names of the buckets that images and labels may lie in, with commas between.
    """

    labeling_buckets: str


class StartVariables(StepVariables, frozen=True, kw_only=True):
    """Of start_training; `models_key_arn` is "" where the models bucket has no key of its own."""

    models_bucket: str
    models_key_arn: str = ""
    training_role_arn: str


class OutcomeVariables(StepVariables, frozen=True, kw_only=True):
    """Of record_outcome."""

    model_package_group: str


class SweepVariables(FunctionVariables, frozen=True, kw_only=True):
    """Of sweep: where it puts what it finds."""

    convert_queue_url: str
    outcome_queue_url: str


def read_variables(kind: type[_Variables], variables: Mapping[str, str] = os.environ) -> _Variables:
    """Read a function's variables.

    Raises:
        SettingsError: one is missing.
    """
    try:
        return msgspec.convert(dict(variables), kind)
    except msgspec.ValidationError as error:
        raise SettingsError(f"environment variables of the function: {error}") from error
