"""The whole output of every rule, read as a person reads it: what was seen, and what to do."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from groundtrain.dataset.convert import describe
from groundtrain.dataset.outputs import discarded_outputs
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.errors import SettingsError
from groundtrain.gate.decision import check_settings
from groundtrain.manifest.label_types.sequences.sequence_file import read_sequence
from groundtrain.manifest.source import FileManifest
from groundtrain.rules import RULES
from groundtrain.rules.advice import DEPLOYED, Audience
from groundtrain.rules.findings import Finding
from groundtrain.rules.rule import Example, Rule
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from tests.unit.rules.test_rule_examples import PROVABLE, situation

FAULTS = {
    "a number that does not agree": r"(?<![\w-])1 (?:of [\d,]+ )?(?:[\w-]+ )?(?:are|have|were)\b(?! of)",
    "one of a plural": r"\b1 (?:records|lines|classes|keys|boxes|labels|images|objects|attributes)\b",
    "nothing as advice": r": nothing\b",
    "jargon": r"table of keys|NoneType|\bstr\b|\bdict\b|`",
    "a word twice": r"\b([a-z]{2,}) \1\b",
    "joined without regard": r"\.\.(?!\.)|,,|::|: :|;;| ,|\(\)|  ",
    "a full stop in the middle": r"[a-z]\.: ",
}
AUDIENCES = (
    Audience(),
    Audience("dev.toml"),
    Audience(options={"split": "--split {}", "fix": "--fix {}"}),
    DEPLOYED,
)


def findings_of(example: Example, directory: Path) -> list[Finding]:
    """All findings on an example that fails its rule; none where the settings are refused."""
    given = situation(example, example.failing)
    path, settings = directory / "output.manifest", directory / "test.toml"
    path.write_bytes(given.manifest.encode(errors="surrogateescape"))
    region = "" if given.settings.startswith("region") else 'region = "eu-west-1"\n'
    settings.write_text(region + given.settings, encoding="utf-8")
    source = FileManifest(path, uri=given.address)
    if example.shows == "sequence":
        sequence = read_sequence(source)
        return list(sequence.findings) if sequence else []
    try:
        environment = load_environment(settings, training_mistakes)
    except SettingsError:
        return []
    wishes = replace(environment.dataset, label=example.label)
    result = read_manifest(
        source, wishes, discarded_outputs, classes=example.categories, counters=example.counters
    )
    dataset = describe(source, wishes, result)
    return [*result.counts.findings.examples(), *check_settings(dataset, environment)]


def faults(sentence: str) -> list[str]:
    plain = re.sub(r'"[^"]*"|s3://\S+', "_", sentence)
    return [what for what, pattern in FAULTS.items() if re.search(pattern, plain)]


@pytest.mark.parametrize("rule", PROVABLE, ids=lambda rule: rule.code)
def test_what_was_seen_and_what_to_do_read_as_a_sentence(rule: Rule, tmp_path: Path) -> None:
    for finding in findings_of(rule.example, tmp_path):
        for audience in AUDIENCES:
            sentence = audience.worded(finding.explained)
            assert not faults(sentence), f"{finding.code} {sentence}"
        assert finding.advice not in finding.message, f"{finding.code} gives its advice twice"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_fix_of_a_rule_is_one_clause(rule: Rule) -> None:
    for audience in AUDIENCES:
        sentence = f"{rule.why} What to do: {audience.worded(rule.fix)}."
        assert not faults(sentence), sentence
    assert not rule.fix.endswith(".")
    assert not rule.fix[0].isupper() or rule.fix.split()[0].isupper()
    assert rule.why.endswith(".")


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("1 of 1 are doubled-scheme", "a number that does not agree"),
        ("1 records show it", "one of a plural"),
        ("3 records show no object: nothing, or set it", "nothing as advice"),
        ("got a table of keys", "jargon"),
        ("set the the key", "a word twice"),
        ("images lie there.: fix it", "a full stop in the middle"),
    ],
)
def test_each_fault_would_be_found(sentence: str, fault: str) -> None:
    assert fault in faults(sentence)
