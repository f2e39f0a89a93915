"""Make a real event or answer fit to be published: nothing in it leads to an account or a person.

Pure: the same document and names always give the same. Twice gives what once gives.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from groundtrain.preflight.ground_truth import GROUND_TRUTH_ACCOUNTS
from groundtrain.training.image_registries import REGISTRIES

ACCOUNT = "111122223333"  # that AWS's own examples use
_AWS_ACCOUNTS = {account for account, _ in REGISTRIES.values()} | set(GROUND_TRUTH_ACCOUNTS.values())
_UUID = "00000000-0000-0000-0000-000000000000"
_HEX = "[0-9a-fA-F]"
_DROPPED = {"responsemetadata", "requestid", "xamzrequestid", "awsrequestid", "hostid", "xamzid2"}
_PERSONS = {
    *("requester", "sourceipaddress", "useridentity", "principalid", "createdby", "lastmodifiedby"),
    *(
        "useragent",
        "username",
        "userarn",
        "userprofilearn",
        "userprofilename",
        "workerid",
        "iamidentity",
        "jobreferencecode",
        "sequencer",
    ),
}
_OURS = re.compile(r"groundtrain-acceptance-[a-z0-9-]+", re.IGNORECASE)
_ARN = re.compile(rf"(arn:aws[a-z-]*:(?!s3:)[a-z0-9-]+:[a-z0-9-]*:{ACCOUNT}:)([a-z-]+)([:/])([^\s\"',)]+)")
_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"(?<!{_HEX}){_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}(?!{_HEX})"), _UUID),
    (re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])"), lambda it: it[0] if it[0] in _AWS_ACCOUNTS else ACCOUNT),
    (re.compile(r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{12,}\b"), "EXAMPLE"),
    (re.compile(r"[^\s@\"'<>/:]+@[^\s@\"'<>/:]+\.[^\s@\"'<>/:]+"), "person@example.com"),
    (re.compile(r"(request[ -]?id: ?)[A-Za-z0-9+/=]{8,}", re.IGNORECASE), r"\1EXAMPLE"),
    (re.compile(r"(X-Amz-(?:Credential|Security-Token|Signature)=)[^&\s\"']+", re.IGNORECASE), r"\1EXAMPLE"),
    (re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])"), "192.0.2.1"),  # RFC 5737
    (re.compile(rf"(?<![\w:])(?:{_HEX}{{1,4}}:){{3,7}}:?{_HEX}{{1,4}}(?![\w:])"), "2001:db8::1"),  # RFC 3849
    (_ARN, lambda it: f"{it[1]}{it[2]}{it[3]}{it[4] if _OURS.fullmatch(it[4]) else 'example'}"),
)


def scrubbed(value: Any, names: Mapping[str, str]) -> Any:
    """The document without account, persons, addresses, request ids and the names of the account's resources.

    Args:
        value: what JSON can say.
        names: what to write in place of each name, such as a bucket's.
    """
    if isinstance(value, Mapping):
        return {
            scrubbed(key, names): _field(key, item, names) for key, item in value.items() if not _goes(key)
        }
    if isinstance(value, list | tuple):
        return [scrubbed(item, names) for item in value]
    return _text(value, names) if isinstance(value, str) else value


def _goes(key: Any) -> bool:
    return _plain(key) in _DROPPED


def _plain(key: Any) -> str:
    return re.sub("[^a-z0-9]", "", str(key).lower())


def _field(key: Any, item: Any, names: Mapping[str, str]) -> Any:
    if _plain(key) in _PERSONS:
        return "example" if isinstance(item, str) else {}
    return scrubbed(item, names)


def _text(text: str, names: Mapping[str, str]) -> str:
    if (inner := _document(text)) is not None:
        clean = scrubbed(inner, names)
        return text if clean == inner else json.dumps(clean)
    for name in sorted(names, key=len, reverse=True):  # the longest first: one name may begin another
        text = text.replace(name, names[name])
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def _document(text: str) -> Any:
    """What a text that is JSON itself holds, such as the input of an execution; None for any other text."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
