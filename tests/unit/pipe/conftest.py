from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from groundtrain.images.directory_store import DirectoryStore
from groundtrain.pipe.agent import ChannelAgent
from groundtrain.pipe.channel import Channel
from groundtrain.pipe.examples import objects_of
from tests.manifest_lines import dump

Started = Callable[..., ChannelAgent]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Thirty images of 5,000 bytes, and a manifest of them."""
    folder = tmp_path / "images"
    folder.mkdir()
    for i in range(30):
        (folder / f"{i}.jpg").write_bytes(b"\xff\xd8\xff" + bytes([i]) * 4_997)
    lines = [{"source-ref": f"s3://acme/{i}.jpg", "label": i, "label-metadata": {}} for i in range(30)]
    (tmp_path / "train.manifest").write_bytes(b"".join(dump(line) + b"\n" for line in lines))
    return folder


@pytest.fixture
def started(images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Starts agents of the channel "train"; they are stopped in the end."""
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))
    folder = tmp_path / "input" / "data"
    folder.mkdir(parents=True)
    agents = []

    def start(channel: Channel | None = None, **options: object) -> ChannelAgent:
        channel = channel or Channel("train", tmp_path / "train.manifest", ("source-ref", "label"))
        objects = options.pop("objects", objects_of(DirectoryStore(images)))
        agent = ChannelAgent(channel, folder, objects, **options)  # type: ignore[arg-type]
        agent.start()
        agents.append(agent)
        return agent

    yield start
    for agent in agents:
        agent.stop()
    assert list(folder.iterdir()) == []
