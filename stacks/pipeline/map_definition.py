"""The state machine of `images = "full"` in Amazon States Language: a child for each line of shards.jsonl.

Sources: Step Functions Developer Guide, "Using Map state in Distributed mode", "ItemReader (Map)", "Handling
errors in Step Functions workflows", "Invoke Lambda with Step Functions"; Amazon States Language
specification, "Retrying after error" and "OutputPath".
"""

from typing import Any

from groundtrain.settings.environment import Environment
from stacks.regions import partition_of

LABEL = "CheckImages"  # in the ARNs of the children
_LONGEST = 12 * 3600  # seconds; a million lines are 5,000 shards: of a minute each, 50 at once, two hours
_NEVER_DIFFERENT = ("AccessError", "GroundtrainError", "ManifestError", "SettingsError", "ShardError")
_OF_CONCURRENCY = ("Lambda.TooManyRequestsException",)
_OF_LAMBDA = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
)


def map_definition(environment: Environment, function: str, *, function_timeout: int) -> dict[str, Any]:
    """The definition, whose input is `{"bucket": …, "key": …}` of shards.jsonl, and whose output is the same.

    A child's output is `{}`, so that all of them together stay below the 256 KiB that a state may give.

    Args:
        environment: says how many children run at once, and how many may fail.
        function: ARN of check_images.
        function_timeout: seconds.
    """
    checks = environment.image_checks
    return {
        "Comment": f"groundtrain {environment.name}: looks at every pixel of a dataset's images",
        "StartAt": LABEL,
        "TimeoutSeconds": _LONGEST,
        "States": {
            LABEL: {
                "Type": "Map",
                "Label": LABEL,
                "ItemReader": _shards(environment),
                "MaxConcurrency": checks.max_concurrency,
                "ToleratedFailurePercentage": checks.tolerated_failure_percentage,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "CheckShard",
                    "States": {"CheckShard": _check_shard(environment, function, function_timeout)},
                },
                "ResultPath": None,
                "End": True,
            }
        },
    }


def _shards(environment: Environment) -> dict[str, Any]:
    """Of JSON Lines, one a child."""
    return {
        "Resource": f"arn:{partition_of(environment.region)}:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSONL"},
        "Parameters": {"Bucket.$": "$.bucket", "Key.$": "$.key"},
    }


def _check_shard(environment: Environment, function: str, function_timeout: int) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:{partition_of(environment.region)}:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload.$": "$"},
        "TimeoutSeconds": function_timeout + 60,
        "Retry": [
            {"ErrorEquals": list(_NEVER_DIFFERENT), "MaxAttempts": 0},
            # accounts may run ten functions in all: children wait in turn, as long as the map may take
            _retry(_OF_CONCURRENCY, attempts=1000, seconds=2),
            _retry(_OF_LAMBDA, attempts=8, seconds=2),
            _retry(("States.ALL",), attempts=3, seconds=10),
        ],
        "OutputPath": None,
        "End": True,
    }


def _retry(errors: tuple[str, ...], *, attempts: int, seconds: int) -> dict[str, Any]:
    """Again after so many seconds, then after twice as long each time, up to a minute; spread at random."""
    return {
        "ErrorEquals": list(errors),
        "IntervalSeconds": seconds,
        "BackoffRate": 2,
        "MaxAttempts": attempts,
        "MaxDelaySeconds": 60,
        "JitterStrategy": "FULL",
    }
