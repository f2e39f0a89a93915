# ruff: noqa: SLF001  as in ministack_internals, whose check of private names covers this module, too
"""Resources that the emulator names and makes otherwise than AWS does, as documented.

- A log group without a name is called after stack and logical id (CloudFormation User Guide, "Naming
  resources"), which key policies and IAM policies rely on.
- A bucket's default encryption is that of its BucketEncryption, and PutObject answers with it (S3 API
  reference, PutObject, x-amz-server-side-encryption).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from ministack.core import iam_actions
from ministack.services import s3
from ministack.services.cloudformation import provisioners

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, str]]
_NAMED = "LogGroupName"


def make_resources_as_documented() -> None:
    """Have log groups named, and buckets encrypted, as AWS does."""
    _name_log_groups(provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"])
    _encrypt_buckets(provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"])


def name_rules_as_iam_does() -> None:
    """Have IAM see a rule of the default bus by its ARN, which has no bus in it.

    Source: Service Authorization Reference, EventBridge: resource type rule-on-default-event-bus.
    """
    extract = iam_actions.extract_resource_arn

    def extract_as_iam_does(
        service: str, method: str, path: str, headers: Any, body: bytes, *more: Any
    ) -> str:
        arn = str(extract(service, method, path, headers, body, *more))
        if service == "events" and arn == "*" and (rule := _rule_named_in(body)):
            _, region, account = more
            return f"arn:aws:events:{region}:{account}:rule/{rule}"
        return arn.replace(":rule/default/", ":rule/") if service == "events" else arn

    iam_actions.extract_resource_arn = extract_as_iam_does


def _rule_named_in(body: bytes) -> str:
    """Requests about targets name it as Rule, where others say Name."""
    try:
        return str(json.loads(body).get("Rule", ""))
    except (ValueError, AttributeError):
        return ""


def _name_log_groups(handlers: dict[str, Any]) -> None:
    create, update = handlers["create"], handlers["update"]

    def create_named(logical_id: str, properties: Properties, stack: str) -> Made:
        name = properties.get(_NAMED) or generated_name(stack, logical_id)
        made: Made = create(logical_id, {**properties, _NAMED: name}, stack)
        return made

    def update_named(name: str, old: Properties, new: Properties, stack: str, logical_id: str = "") -> Made:
        was = {**old, _NAMED: name}
        made: Made = update(name, was, {**new, _NAMED: new.get(_NAMED) or name}, stack, logical_id)
        return made

    handlers.update(create=create_named, update=update_named)


def generated_name(stack: str, logical_id: str) -> str:
    """Such as stack-logical-ABCDEF123456; the same for the same, where AWS draws the last part at random."""
    return f"{stack}-{logical_id}-{hashlib.sha256(f'{stack}/{logical_id}'.encode()).hexdigest()[:12].upper()}"


def _encrypt_buckets(handlers: dict[str, Any]) -> None:
    create, update = handlers["create"], handlers["update"]

    def create_encrypted(logical_id: str, properties: Properties, stack: str) -> Made:
        made: Made = create(logical_id, properties, stack)
        _encrypt(made[0], properties)
        return made

    def update_encrypted(bucket: str, old: Properties, new: Properties, stack: str) -> Made:
        made: Made = update(bucket, old, new, stack)
        _encrypt(made[0], new)
        return made

    handlers.update(create=create_encrypted, update=update_encrypted)


def _encrypt(bucket: str, properties: Properties) -> None:
    """Only by a key of its own: the emulator has no aws/s3, which the CDK's own bucket asks for."""
    rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
    if rules and "KMSMasterKeyID" in rules[0].get("ServerSideEncryptionByDefault", {}):
        s3._put_bucket_encryption(bucket, encryption_document(rules[0]).encode())


def encryption_document(rule: Properties) -> str:
    """The body of PutBucketEncryption that says what a rule of the template does."""
    default = rule.get("ServerSideEncryptionByDefault", {})
    key = default.get("KMSMasterKeyID", "")
    return (
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
        f"<SSEAlgorithm>{escape(default.get('SSEAlgorithm', 'AES256'))}</SSEAlgorithm>"
        + (f"<KMSMasterKeyID>{escape(str(key))}</KMSMasterKeyID>" if key else "")
        + "</ApplyServerSideEncryptionByDefault>"
        f"<BucketKeyEnabled>{str(rule.get('BucketKeyEnabled', False)).lower()}</BucketKeyEnabled>"
        "</Rule></ServerSideEncryptionConfiguration>"
    )
