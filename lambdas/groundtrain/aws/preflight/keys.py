"""Keys of KMS: whether they are there and may be used."""

import json

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import code_of
from groundtrain.aws.preflight.policy_statements import listed, names_account
from groundtrain.aws.preflight.services import Services


class Key(Struct, frozen=True):
    """A key of KMS.

    Attributes:
        state: such as "Enabled" or "PendingDeletion".
        is_of_aws: whether AWS made it, so that its policy is AWS's, too.
    """

    arn: str
    state: str
    is_of_aws: bool


def find_key(services: Services, key: str) -> Key | None:
    """The key of this id, ARN or alias; None where there is none."""
    try:
        found = services("kms").describe_key(KeyId=key)["KeyMetadata"]
    except ClientError as error:
        if code_of(error) != "NotFoundException":
            raise
        return None
    return Key(found["Arn"], found["KeyState"], found.get("KeyManager") == "AWS")


def lets_account_in(services: Services, key: str, account: str) -> bool:
    """Whether the key's policy leaves it to the account's IAM policies who may decrypt with it.

    Source: KMS Developer Guide, "Default key policy": the statement that allows the account's root.
    """
    policy = json.loads(services("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    return any(
        statement.get("Effect") == "Allow"
        and {"kms:*", "kms:Decrypt", "*"} & set(listed(statement.get("Action")))
        and names_account(statement, account)
        for statement in listed(policy["Statement"])
    )
