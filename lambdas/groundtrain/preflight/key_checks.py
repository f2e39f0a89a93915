"""GT816 to GT818: may the roles use the key that a bucket is encrypted with?"""

from collections.abc import Iterator

from groundtrain.aws.preflight.keys import find_key, lets_account_in
from groundtrain.preflight.situation import Situation
from groundtrain.rules.findings import Finding

_USABLE = "Enabled"


def key_findings(situation: Situation, bucket: str, key: str) -> Iterator[Finding]:
    """Findings on the key of a bucket; `key` is its id, ARN or alias."""
    foreign = _elsewhere(situation, key)
    if foreign:
        yield _found("GT816", bucket, f"its key is of {foreign}: {key}")
        return
    found = find_key(situation.services, key)
    if found is None:
        yield _found("GT817", bucket, f"its key {key} is not there")
    elif foreign := _elsewhere(situation, found.arn):
        yield _found("GT816", bucket, f"its key is of {foreign}: {found.arn}")
    elif found.state != _USABLE:
        yield _found("GT817", bucket, f"its key {found.arn} is {found.state}")
    elif not found.is_of_aws and not lets_account_in(situation.services, found.arn, situation.account):
        yield _found("GT818", bucket, f"the policy of its key {found.arn} does not let the account in")


def _elsewhere(situation: Situation, key: str) -> str:
    """The account or region of a key's ARN that is not ours, in words; "" where there is none."""
    if not key.startswith("arn:"):
        return ""
    region, account = key.split(":")[3:5]
    if account != situation.account:
        return f"account {account}"
    return f"region {region}" if region != situation.environment.region else ""


def _found(code: str, bucket: str, message: str) -> Finding:
    return Finding.on_file(code, f"bucket {bucket}: {message}", path="labeling.buckets")
