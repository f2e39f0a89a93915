"""What a finding advises: its own fix where it has one, else that of its rule."""

from groundtrain.rules.findings import Finding
from groundtrain.rules.table import RULES


def fix_of(finding: Finding) -> str:
    """What a person does about it, one clause."""
    return finding.fix or RULES[finding.code].fix


def explained(finding: Finding) -> str:
    """What was seen, and what to do, as one clause."""
    return f"{finding.message}: {fix_of(finding)}"
