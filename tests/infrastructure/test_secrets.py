"""Promises about what is committed: no secret, no address of a person, no account."""

import re
import subprocess

import pytest

from stacks.template_copies import ROOT
from stacks.templates import COPIES

SECRETS = {
    "an access key": r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token of GitHub's": r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    "a webhook": r"https://hooks\.slack\.com/",
}


@pytest.fixture(scope="module")
def committed():
    """Every file that git keeps, as text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    return {file: file.read_text("utf-8", errors="replace") for file in files if file.is_file()}


@pytest.mark.parametrize("what", SECRETS)
def test_no_secret_is_committed(committed, what):
    pattern = re.compile(SECRETS[what])
    assert [file.name for file, text in committed.items() if pattern.search(text)] == []


def test_templates_hold_no_mail_address_and_no_account(committed):
    copies = {file.name: text for file, text in committed.items() if file.parent == ROOT / COPIES}
    assert copies
    for name, text in copies.items():
        assert not re.search(r"[\w.+-]+@[\w-]+\.[\w.]+", text), name
        assert set(re.findall(r"\b\d{12}\b", text)) == set(), name


def test_no_environment_holds_a_persons_address(committed):
    for file, text in committed.items():
        if file.parent == ROOT / "environments":
            said = "\n".join(line.partition("#")[0] for line in text.splitlines())
            assert "@" not in said


def test_templates_ask_for_no_secret_in_clear(cloud):
    for template in cloud.templates.values():
        assert not re.search(r"(?i)(password|secretstring|token)\"?:", str(template))
