import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from groundtrain.dataset.convert import describe
from groundtrain.dataset.outputs import discarded_outputs
from groundtrain.dataset.passes.label_choice import DifferentLabelsError
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.errors import SettingsError
from groundtrain.gate.decision import check_settings
from groundtrain.manifest.label_types.sequences.sequence_file import read_sequence
from groundtrain.manifest.source import FileManifest, ManifestSource
from groundtrain.rules import RULES
from groundtrain.rules.rule import LONG, Example, Rule
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes

PROVABLE = [
    rule
    for rule in RULES.values()
    if rule.example.shows not in ("image", "program", "account") and not rule.example.program
]


@dataclass(frozen=True)
class Situation:
    """A manifest, the address it says it has, and settings."""

    manifest: str
    address: str
    settings: str


def situation(example: Example, text: str) -> Situation:
    if example.shows == "settings":
        return Situation(example.manifest, "", text)
    if example.shows == "address":
        return Situation(RULES["GT113"].example.repaired, text, example.settings)
    return Situation(text.replace(LONG, "x" * example.length), "", example.settings)


def codes_found(example: Example, text: str, directory: Path) -> set[str]:
    given = situation(example, text)
    path, settings = directory / "output.manifest", directory / "test.toml"
    path.write_bytes(given.manifest.encode(errors="surrogateescape"))
    region = "" if given.settings.startswith("region") else 'region = "eu-west-1"\n'
    settings.write_text(region + given.settings, encoding="utf-8")
    try:
        environment = load_environment(settings, training_mistakes)
    except SettingsError as refusal:  # what no dataset could be trained with is refused before any is seen
        return set(re.findall(r"\bGT[0-9]{3}\b", str(refusal)))
    source: ManifestSource = FileManifest(path, uri=given.address)
    if example.shows == "validation":
        training = directory / "train.manifest"
        training.write_text(f"{example.manifest}\n", encoding="utf-8")
        source = GivenManifests({"train": FileManifest(training), "validation": source})
    if example.shows == "sequence":
        sequence = read_sequence(source)
        return {finding.code for finding in sequence.findings} if sequence else set()
    wishes = replace(environment.dataset, label=example.label)
    try:
        result = read_manifest(
            source, wishes, discarded_outputs, classes=example.categories, counters=example.counters
        )
    except DifferentLabelsError as refusal:
        return {finding.code for finding in refusal.findings}
    dataset = describe(source, wishes, result)
    return {*dataset.findings, *(found.code for found in check_settings(dataset, environment))}


def test_only_rules_on_images_and_on_our_own_faults_are_told_in_words() -> None:
    assert {code for code, rule in RULES.items() if rule.example.shows == "image"} == {
        code for code in RULES if code.startswith("GT6") or code == "GT131"
    }


@pytest.mark.parametrize("rule", PROVABLE, ids=lambda rule: rule.code)
def test_what_fails_a_rule_is_found(rule: Rule, tmp_path: Path) -> None:
    assert rule.code in codes_found(rule.example, rule.example.failing, tmp_path)


@pytest.mark.parametrize("rule", PROVABLE, ids=lambda rule: rule.code)
def test_what_is_repaired_is_not_found_again(rule: Rule, tmp_path: Path) -> None:
    assert rule.code not in codes_found(rule.example, rule.example.repaired, tmp_path)
