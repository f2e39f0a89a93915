"""Limits of lines and attributes (Developer Guide, "Use an Input Manifest File").

They apply to input manifests, so to a labeling job's output only when it is labeled again.
"""

LONGEST_ATTRIBUTE = 20_000
LONGEST_LINE = 100_000
MOST_ATTRIBUTES = 16  # SageMaker API reference, S3DataSource.AttributeNames

MAX_LINE = 4 << 20
"""Bytes; a limit of groundtrain: only the beginning of a longer line is kept.

AWS, "Input data quotas": 100,000 characters a line in input manifests.
"""
