"""The parsers of what others write, each as a function of bytes: for hypothesis and for the fuzzer."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import dump_dataset, parse_dataset
from groundtrain.errors import GroundtrainError, SettingsError
from groundtrain.events.dataset_announcement import parse_announcement
from groundtrain.events.event import parse_event
from groundtrain.events.subject import essence_of
from groundtrain.manifest.classes.category_file import parse_category_file
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from tests.datasets import a_dataset, an_announcement
from tests.imported_bytes import FILES
from tests.manifest_lines import good

ENVIRONMENTS = Path(__file__).parent.parent / "environments"
EVENT = b'{"source":"aws.sagemaker","detail-type":"t","detail":{"a":[1]},"resources":["arn:x/y"]}'


class Parser(NamedTuple):
    """A parser.

    Attributes:
        read: raises nothing but what it refuses with.
        refuses: the exceptions that say in one sentence what is wrong.
        examples: texts that it takes.
    """

    read: Callable[[bytes], object]
    refuses: tuple[type[Exception], ...]
    examples: tuple[bytes, ...]


def read_settings(text: bytes) -> object:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "dev.toml")
        path.write_bytes(text)
        return load_environment(path, training_mistakes)


def read_manifest(text: bytes) -> object:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "output.manifest")
        path.write_bytes(text)
        return convert(FileManifest(path), DatasetSettings(), Path(directory, "dataset"))


def read_event(text: bytes) -> object:
    body = text.decode("utf-8", errors="replace")
    essence_of(body)
    return parse_event(body)


PARSERS = {
    "event": Parser(read_event, (msgspec.DecodeError,), (EVENT,)),
    "announcement": Parser(
        lambda text: parse_announcement(
            parse_event(b'{"source":"s","detail-type":"d","detail":' + text + b"}")
        ),
        (msgspec.DecodeError,),
        (msgspec.json.encode(an_announcement()),),
    ),
    "settings": Parser(
        read_settings, (SettingsError,), tuple(path.read_bytes() for path in ENVIRONMENTS.glob("*.toml"))
    ),
    "category file": Parser(
        lambda text: parse_category_file(text, "categories.json"),
        (GroundtrainError,),
        (b'{"document-version":"2018-11-28","labels":[{"label":"car"},{"label":"bus"}]}',),
    ),
    "dataset.json": Parser(parse_dataset, (msgspec.DecodeError,), (dump_dataset(a_dataset()),)),
    "manifest": Parser(read_manifest, (GroundtrainError,), (b"\n".join(good(4)) + b"\n",)),
    **{
        name: Parser(file.read, (GroundtrainError,), tuple(text.encode() for text in file.examples))
        for name, file in FILES.items()
    },
}
