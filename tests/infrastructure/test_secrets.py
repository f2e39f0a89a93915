"""Promises about what is committed: no secret, no address of a person, no account.

Each search has a control beside it: what it looks for, planted, is found.
"""

import re
import subprocess

import pytest

from stacks.readable_template import normalise
from template_review.template_copies import ROOT
from template_review.template_versions import COPIES

SECRETS = {
    "an access key": r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token of GitHub's": r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    "a webhook": r"https://hooks\.slack\.com/",
}
PLANTED = {  # in two parts each, as this file is searched too
    "an access key": "key = AKIA" + "IOSFODNN7EXAMPLE",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a token of GitHub's": "ghp_" + "a1B2" * 9,
    "a webhook": "https://hooks.slack" + ".com/services/T0/B0",
}
ADDRESS = r"[\w.+-]+@[\w-]+\.[\w.]+"
ACCOUNT = r"\b\d{12}\b"
SECRET_NAME = re.compile(r"(?i)(passw(or)?d|secret|token|credential|api_?key|private_?key|access_?key)")
NAMED_BY = {"Name", "Key", "ParameterName"}  # {"Name": "DB_PASSWORD", "Value": "…"}


def secrets_in(value, path=()):
    """Where a text stands in clear under a name that is one of a secret, and any text that looks like one."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from secrets_in(item, (*path, str(key)))
        names = [str(value[key]) for key in NAMED_BY & value.keys()]
        if "Value" in value and any(map(SECRET_NAME.search, names)) and in_clear(value["Value"]):
            yield (*path, *names)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from secrets_in(item, (*path, str(number)))
    elif in_clear(value):
        named = path and SECRET_NAME.search(path[-1])
        if named or any(re.search(pattern, value) for pattern in SECRETS.values()):
            yield path


def in_clear(value):
    """A text that is neither a reference within the templates nor one to a secret that is kept elsewhere."""
    return isinstance(value, str) and value != "" and not value.startswith(("${", "{{resolve:"))


@pytest.fixture(scope="module")
def committed():
    """Every file that git keeps, as text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    return {file: file.read_text("utf-8", errors="replace") for file in files if file.is_file()}


@pytest.fixture(scope="module")
def copies(committed):
    return {file.name: text for file, text in committed.items() if file.parent == ROOT / COPIES}


def files_with(texts, pattern):
    return [file for file, text in texts.items() if re.search(pattern, text)]


@pytest.mark.parametrize("what", SECRETS)
def test_no_secret_is_committed(committed, what):
    assert len(committed) > 300
    assert files_with(committed, SECRETS[what]) == []


@pytest.mark.parametrize("what", SECRETS)
def test_a_secret_that_is_committed_would_be_found(what):
    assert files_with({"file": f"first\n{PLANTED[what]}\nlast"}, SECRETS[what]) == ["file"]


@pytest.mark.parametrize("pattern", [ADDRESS, ACCOUNT])
def test_templates_hold_no_mail_address_and_no_account(copies, pattern):
    assert len(copies) == 6
    assert files_with(copies, pattern) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(ADDRESS, '"Endpoint": "yard@example.com"'), (ACCOUNT, '"arn:aws:iam::111122223333:role/x"')],
)
def test_an_address_and_an_account_in_a_template_would_be_found(copies, pattern, text):
    name, template = next(iter(copies.items()))
    assert files_with({**copies, name: template.replace('"', f"{text} ", 1)}, pattern) == [name]


def settings_that_say(texts, what):
    return [
        name for name, text in texts.items() if what in "\n".join(map(without_comment, text.splitlines()))
    ]


def without_comment(line):
    return line.partition("#")[0]


def test_no_environment_holds_a_persons_address(committed):
    texts = {file.name: text for file, text in committed.items() if file.parent == ROOT / "environments"}
    assert len(texts) == 2
    assert settings_that_say(texts, "@") == []
    assert settings_that_say(texts, "emails") == list(texts), "the search reads what is no comment"


def test_a_persons_address_in_an_environment_would_be_found():
    assert settings_that_say({"dev": 'emails = ["yard@example.com"]  # comment'}, "@") == ["dev"]
    assert settings_that_say({"dev": 'emails = []  # ["yard@example.com"]'}, "@") == []


def test_templates_ask_for_no_secret_in_clear(cloud):
    assert list(secrets_in(cloud.templates)) == []


@pytest.mark.parametrize(
    "planted",
    [
        {"GITHUB_TOKEN": "hunter2"},
        {"DB_PASSWORD": "hunter2"},
        {"SecretString": "hunter2"},
        {"apiKey": "hunter2"},
        {"SETTINGS": '{"password": "hunter2"}'},
        {"LIST": [{"Name": "DB_PASSWD", "Value": "hunter2"}]},
        {"HARMLESS": PLANTED["an access key"]},
    ],
)
def test_a_secret_in_a_template_would_be_found(cloud, planted):
    for function in cloud.all("AWS::Lambda::Function").values():
        variables = function["Properties"]["Environment"]["Variables"]
        template = {"Resources": {"It": {"Properties": {"Environment": {"Variables": variables | planted}}}}}
        assert len(list(secrets_in(normalise(template)))) == 1


@pytest.mark.parametrize("reference", ["${Secret}", "{{resolve:secretsmanager:name}}", ""])
def test_a_reference_to_a_secret_is_none(reference):
    assert list(secrets_in({"DB_PASSWORD": reference})) == []
