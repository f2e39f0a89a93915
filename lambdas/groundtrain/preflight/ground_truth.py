"""Where Ground Truth runs."""

# Where AWS keeps the functions of Ground Truth's built-in tasks (SageMaker API reference, HumanTaskConfig).
GROUND_TRUTH_REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "us-east-1",
    "us-east-2",
    "us-west-2",
)
