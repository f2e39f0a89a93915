"""GT8, on: buckets, network, and what earlier deployments left.

What GT828 rests on is not confirmed (C29).
"""

from groundtrain.rules.rule import Example, Rule, Severity


def _state(failing: str, repaired: str) -> Example:
    return Example(failing, repaired, shows="account")


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

BUCKETS = (
    Rule(
        "GT811", "no-such-bucket", _ERROR, whole_file=True,
        why="No image and no manifest is found in it.",
        fix="correct its name in the settings, or create it",
        example=_state('buckets = ["yard-imagse"]', 'buckets = ["yard-images"]'),
    ),
    Rule(
        "GT812", "bucket-elsewhere", _ERROR, whole_file=True,
        why="Labeling and training refuse data of another region.",
        fix="copy what is in it to a bucket of the environment's region",
        example=_state("yard-images is in us-east-1, the environment in eu-west-1", "both are in eu-west-1"),
    ),
    Rule(
        "GT813", "bucket-of-another-account", _ERROR, whole_file=True,
        why="What the roles may do there is for the other account to say; S3 asks both.",
        fix="copy what is in it to a bucket of this account",
        example=_state("yard-images belongs to another account", "it belongs to this one"),
    ),
    Rule(
        "GT814", "events-not-sent", _ERROR, whole_file=True,
        why="Manifests that are put there start nothing until the sweep finds them.",
        fix="switch EventBridge on for the bucket; docs/operations.md, Manifests from anywhere, says how",
        example=_state('uploads = ["s3://yard/in/"], and yard sends EventBridge nothing', "it sends events"),
    ),
    Rule(
        "GT815", "no-cors", _WARNING, whole_file=True,
        why="Labeling tasks fail in the worker's browser where the images lie in such a bucket.",
        fix="add the CORS rule of docs/operations.md, Buckets that existed before",
        example=_state("yard-images has no CORS rule", "GET from every origin is allowed"),
    ),
    Rule(
        "GT816", "key-elsewhere", _ERROR, whole_file=True,
        why="The roles may use keys of this account and region only.",
        fix="have the bucket encrypted with a key of this account and region, and its objects, too",
        example=_state("the bucket's key is one of account 444455556666", "it is one of this account"),
    ),
    Rule(
        "GT817", "key-unusable", _ERROR, whole_file=True,
        why="Nothing in the bucket can be read, nor written.",
        fix="enable the key, or cancel its deletion, or give the bucket another one",
        example=_state("the bucket's key is PendingDeletion", "its deletion was cancelled"),
    ),
    Rule(
        "GT818", "key-policy-closed", _WARNING, whole_file=True,
        why="Roles of the account get AccessDenied, unless the key's policy names each of them.",
        fix="let the account in, as the default policy of a key does",
        example=_state("the key's policy names one person only", "it allows the account's root"),
    ),
    Rule(
        "GT819", "bucket-policy-denies", _WARNING, whole_file=True,
        why="A denial goes before everything that the roles are allowed.",
        fix="look whether it is about the environment's roles, SageMaker, or puts without an encryption"
        " header, and except them",
        example=_state("its policy denies s3:GetObject outside a VPC", "the roles are excepted"),
    ),
    Rule(
        "GT820", "objects-of-others", _WARNING, whole_file=True,
        why="What another account puts there belongs to it, and its owner alone says who reads it.",
        fix="set the bucket's object ownership to BucketOwnerEnforced",
        example=_state("object ownership is ObjectWriter", "it is BucketOwnerEnforced"),
    ),
    Rule(
        "GT821", "no-versions", _INFO, whole_file=True,
        why="A manifest or image that is replaced cannot be had again.",
        fix="switch versioning on, if others write there as well",
        example=_state("versioning was never switched on", "versioning is on"),
    ),
)  # fmt: skip
"""Buckets that the settings name."""
NETWORK = (
    Rule(
        "GT825", "no-such-network", _ERROR, whole_file=True,
        why="No training job can start in a network that is not there.",
        fix="correct `training.network`",
        example=_state('subnets = ["subnet-0a1"], and there is none', "it is there"),
    ),
    Rule(
        "GT826", "networks-apart", _ERROR, whole_file=True,
        why="The security groups of a job must be of the VPC that its subnets are in.",
        fix="name subnets and security groups of one VPC in `training.network`",
        example=_state("the subnet is of vpc-1, the security group of vpc-2", "both are of vpc-1"),
    ),
    Rule(
        "GT827", "no-way-to-s3", _ERROR, whole_file=True,
        why="The job reads its data through the subnet, and has no way there.",
        fix="give the VPC an endpoint for S3 that has the subnet's route table, or the subnet a NAT gateway",
        example=_state("the subnet's routes are local only", "an endpoint for S3 has its route table"),
    ),
    Rule(
        "GT828", "no-way-to-ecr", _WARNING, whole_file=True,
        why="Whether SageMaker takes an image of your own through the subnet is not confirmed.",
        fix="give the VPC endpoints for ecr.api and ecr.dkr, or the subnet a NAT gateway, if jobs fail",
        example=_state("own-image, no NAT gateway and no endpoint for ECR", "ecr.api and ecr.dkr are there"),
    ),
    Rule(
        "GT829", "nothing-goes-out", _ERROR, whole_file=True,
        why="The job cannot ask S3 for its data.",
        fix="allow outbound TCP on port 443 in one of the security groups",
        example=_state("no security group allows outbound port 443", "one of them does"),
    ),
)  # fmt: skip
"""Subnets and security groups of training."""
EARLIER_DEPLOYMENTS = (
    Rule(
        "GT831", "stack-in-the-way", _ERROR, whole_file=True,
        why="CloudFormation refuses to update a stack in such a state.",
        fix="wait until it is done, or see in the CloudFormation console what it stopped at",
        example=_state("groundtrain-dev-storage is DELETE_FAILED", "it was deleted"),
    ),
    Rule(
        "GT832", "email-unconfirmed", _WARNING, whole_file=True,
        why="The address gets no message, neither of models nor of alarms.",
        fix="follow the link in the mail of AWS Notifications, or deploy the address that is missing",
        example=_state("yard@example.com is PendingConfirmation", "it was confirmed"),
    ),
    Rule(
        "GT833", "nobody-hears", _WARNING, whole_file=True,
        why="Nobody hears of models, refused datasets and alarms.",
        fix="name an address in `notifications.emails`, or subscribe something to the output TopicArn",
        example=_state("emails = [], and the topic has no subscription", 'emails = ["yard@example.com"]'),
    ),
    Rule(
        "GT834", "model-group-taken", _WARNING, whole_file=True,
        why="Its models are there already: the next version goes on from them.",
        fix="look whose models those are; another name of the environment has a group of its own",
        example=_state("groundtrain-dev exists, and no stack of dev", "there is no such group"),
    ),
    Rule(
        "GT835", "alias-taken", _ERROR, whole_file=True,
        why="The deployment fails where it makes the alias of its key.",
        fix="delete the alias, or name the environment otherwise",
        example=_state("alias/groundtrain-dev exists, and no stack of dev", "it was deleted"),
    ),
    Rule(
        "GT836", "trained-before", _INFO, whole_file=True,
        why="SageMaker keeps the names of jobs: a dataset is not trained again with the same settings.",
        fix="send the event that the message then shows, where it shall be trained again",
        example=_state("a job groundtrain-dev-yard-… exists, and no stack of dev", "there is none"),
    ),
    Rule(
        "GT837", "buckets-left", _INFO, whole_file=True,
        why="A deployment makes buckets anew, and does not look at those that an earlier one left.",
        fix="name the old labeling bucket in `labeling.buckets` if its labels and images are to be used",
        example=_state("groundtrain-dev-storage-labeling… exists, and no stack of dev", "there is none"),
    ),
)  # fmt: skip
"""What is there of the environment's name."""
