"""What a machine without a container engine can say of the detector's image."""

import hashlib
import importlib.util
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "containers" / "detector"
DOCKERFILE = (FOLDER / "Dockerfile").read_text("utf-8")
COPIED = re.findall(r"^COPY (\S+) (\S+)$", DOCKERFILE, re.MULTILINE)


@pytest.fixture
def fetch_weights():
    specification = importlib.util.spec_from_file_location("fetch_weights", FOLDER / "fetch_weights.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_what_is_copied_is_there_and_is_sent_to_the_engine():
    sent = [
        line[1:] for line in (FOLDER / "Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"
    ]
    assert len(COPIED) == 4
    for source, _ in COPIED:
        assert (ROOT / source).exists()
        assert any(fnmatch(source, one) or source.startswith(f"{one}/") for one in sent)


def test_the_program_itself_hears_sigterm():
    assert DOCKERFILE.rstrip().endswith('ENTRYPOINT ["python", "-m", "groundtrain_detector"]')


def test_every_package_of_the_image_is_locked_by_its_hash():
    lock = (ROOT / "requirements" / "detector.txt").read_text("utf-8")
    packages = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
    assert {"torch", "torchvision", "numpy", "pillow", "msgspec"} <= set(packages)
    assert "--require-hashes" in DOCKERFILE
    assert not {"boto3", "click", "rich"} & set(packages)


def test_without_an_address_no_weights_are_fetched(fetch_weights, tmp_path):
    assert fetch_weights.main("", "", str(tmp_path / "weights.pth")) == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("url", "digest"),
    [
        ("http://example.com/w.pth", "0" * 64),
        ("file:///w.pth", "0" * 64),
        ("https://example.com/w.pth", "0" * 8),
    ],
)
def test_an_address_without_encryption_or_digest_is_refused(fetch_weights, tmp_path, url, digest, capsys):
    assert fetch_weights.main(url, digest, str(tmp_path / "weights.pth")) == 2
    assert "WEIGHTS_SHA256" in capsys.readouterr().err


def test_weights_are_kept_only_where_they_are_those_of_the_digest(fetch_weights, tmp_path, capsys):
    file, digest = tmp_path / "weights.pth", hashlib.sha256(b"onetwo").hexdigest()
    assert fetch_weights.keep([b"one", b"other"], digest, file) == 1
    assert not file.exists()
    assert digest in capsys.readouterr().err
    assert fetch_weights.keep([b"one", b"two"], digest, file) == 0
    assert file.read_bytes() == b"onetwo"
