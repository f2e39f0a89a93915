"""GT8: account and settings before a deployment, as `groundtrain preflight` asks AWS about them."""

from groundtrain.rules.rule import Example, Rule, Severity


def _state(failing: str, repaired: str) -> Example:
    return Example(failing, repaired, shows="account")


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

ACCOUNT = (
    Rule(
        "GT801", "call-denied", _ERROR, whole_file=True, always=True,
        why="What could not be asked is not known to be in order.",
        fix="attach the policy in docs/preflight.md to whoever runs preflight",
        example=_state("GetBucketCors answers AccessDenied", "the policy allows s3:GetBucketCORS"),
    ),
    Rule(
        "GT802", "no-answer", _ERROR, whole_file=True, always=True,
        why="What could not be asked is not known to be in order.",
        fix="see what AWS says, and run preflight again",
        example=_state("ListServiceQuotas answers ThrottlingException", "it answers"),
    ),
    Rule(
        "GT803", "another-account", _ERROR, whole_file=True,
        why="The CDK refuses to deploy with credentials of another account than that of the settings.",
        fix="sign in to the account of the settings, or correct it there",
        example=_state(
            'account = "111122223333", and the credentials belong to 444455556666',
            'account = "444455556666"',
        ),
    ),
    Rule(
        "GT804", "another-region", _WARNING, whole_file=True,
        why="train, publish and redrive ask the region of the shell, and would not find the environment.",
        fix="set AWS_DEFAULT_REGION, or the region of the profile, to that of the settings",
        example=_state('region = "eu-west-1", and AWS_DEFAULT_REGION is us-east-1', "both are eu-west-1"),
    ),
    Rule(
        "GT805", "not-bootstrapped", _ERROR, whole_file=True,
        why="The CDK has no place in this account and region for what it deploys.",
        fix="run make bootstrap for this environment",
        example=_state("no parameter /cdk-bootstrap/hnb659fds/version", "make bootstrap ENV=dev made it"),
    ),
    Rule(
        "GT806", "old-bootstrap", _ERROR, whole_file=True,
        why="CloudFormation refuses stacks of this CDK over bootstrap resources that are so old.",
        fix="run make bootstrap for this environment, which brings them up to date",
        example=_state("the version is 5", "the version is 30"),
    ),
    Rule(
        "GT807", "no-quota", _ERROR, whole_file=True,
        why="Every training job waits for a machine that the account may not have.",
        fix="ask for the quota, which may take days, or name an instance type that has one",
        example=_state(
            "ml.g5.2xlarge for spot training job usage is 0, and no other type is named", "it is 2"
        ),
    ),
    Rule(
        "GT808", "some-quota-missing", _WARNING, whole_file=True,
        why="Such a machine is passed over each time, and the others are all there is.",
        fix="ask for the quota, or take the type out of `training.instance_types`; of machines on demand that"
        " come after spot, also `training.on_demand_after_spot` can go",
        example=_state("ml.g5.2xlarge is 0, and ml.g4dn.2xlarge is 1", "both are 1"),
    ),
    Rule(
        "GT809", "quota-not-listed", _WARNING, whole_file=True,
        why="Whether the account may have such a machine is not known.",
        fix="look for the instance type in the Service Quotas console, under Amazon SageMaker",
        example=_state("no quota is called ml.g5.2xlarge for training job usage", "one is"),
    ),
    Rule(
        "GT810", "fewer-machines-than-jobs", _INFO, whole_file=True,
        why="Further jobs are refused, and asked for again, until one has ended.",
        fix="ask for a larger quota, or lower `training.max_concurrent_jobs`",
        example=_state("max_concurrent_jobs = 4, and the quota is 1", "the quota is 4"),
    ),
    Rule(
        "GT838", "few-functions-at-once", _WARNING, whole_file=True,
        why="Looking at every image takes all that the account has: its other functions wait, too.",
        fix="ask for a larger quota of concurrent executions, or lower `image_checks.max_concurrency`",
        example=_state("max_concurrency = 50, and Lambda runs 10 functions at once", "it runs 1,000"),
    ),
    Rule(
        "GT822", "no-ground-truth-here", _ERROR, whole_file=True,
        why="No labeling job can end in a region without Ground Truth, so nothing would start the pipeline.",
        fix="choose another region, or set `labeling.jobs = false` and name folders for uploads",
        example=_state('region = "eu-north-1"', 'region = "eu-west-1"'),
    ),
    Rule(
        "GT823", "no-labeling-job-yet", _WARNING, whole_file=True,
        why="Ground Truth takes no new customers since 30 July 2026: the account may be none.",
        fix="look whether the console lets you create a labeling job; uploads start the pipeline without",
        example=_state("ListLabelingJobs lists none", "it lists one"),
    ),
    Rule(
        "GT824", "no-such-experiment", _ERROR, whole_file=True,
        why="A training job can belong only to an experiment that exists.",
        fix="create the experiment in this region, or correct `training.experiment`",
        example=_state('experiment = "pallets", and there is none', "it was created"),
    ),
    Rule(
        "GT830", "no-such-image", _ERROR, whole_file=True,
        why="No training job can start without its image.",
        fix="push the image, or correct `training.image_uri`",
        example=_state("the repository has no image with the tag of image_uri", "it was pushed"),
    ),
)  # fmt: skip
"""Account, region and what training asks of them."""
