"""The readers that benchmarks compare an import with see the same images and boxes as it does."""

import pytest

from benchmarks import formats, readers, tool_files
from groundtrain.cli.application import run

IMAGES, BOXES = 40, 120


@pytest.mark.parametrize("name", tool_files.SOURCES)
def test_readers_of_benchmarks_see_what_is_imported(name, tmp_path):
    found = tool_files.drawn(IMAGES, BOXES)
    tool_files.WRITERS[name](found, tmp_path)
    source, manifest = tmp_path / tool_files.SOURCES[name], tmp_path / "out.manifest"
    assert run(list(formats.import_command(name, source, manifest)[1:])) == 0
    formats.refuse_other_numbers(manifest, IMAGES, BOXES)
    for reader in formats.READERS[name]:
        images, boxes = readers.READERS[reader](name, source)
        assert (images, boxes) in {(IMAGES, BOXES), (IMAGES, -1)}
    with pytest.raises(SystemExit, match="41 with 120"):
        formats.refuse_other_numbers(manifest, IMAGES + 1, BOXES)
