"""How a manifest is read: by this process, or by several where it is a file that is large enough."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.single_pass import LinesRead, read_alone
from groundtrain.manifest.source import FileManifest, ManifestSource, local_path

_SLOTS = 4  # parts of a process whose lines may wait to be written


class Workers(NamedTuple):
    """How a manifest is read by several processes.

    Attributes:
        number: of processes, with this one.
        part_size: bytes that a process reads at once; it keeps a few times as much in memory.
    """

    number: int = 1
    part_size: int = 1 << 20  # counts of each part are sent and added, and are not many more of more lines


ONE_PROCESS = Workers()
ReadLines = Callable[[ManifestSource, PassSettings, Outputs], LinesRead]
"""One pass: reads the lines of a manifest, and writes what becomes of them."""


@contextmanager
def line_reading(
    source: ManifestSource, workers: Workers, image_exists: Callable[[str], bool] | None = None
) -> Iterator[ReadLines]:
    """How passes over a manifest are read: by several processes where it is a file that has several parts."""
    path = local_path(source)
    if workers.number == 1 or path is None or image_exists is not None or source.size <= workers.part_size:
        yield partial(read_alone, image_exists=image_exists)
        return
    # what starts processes takes longer to load than a small file to read, and a function has no use for it
    from groundtrain.dataset.passes.shared_pass import SharedPass
    from groundtrain.dataset.passes.shared_texts import SharedTexts
    from groundtrain.dataset.passes.worker_processes import worker_processes

    file = FileManifest(path, name=source.name)
    shared = SharedTexts(_SLOTS * (workers.number - 1), workers.part_size)
    with worker_processes(workers.number - 1, file, shared) as connections:

        def read(manifest: ManifestSource, given: PassSettings, outputs: Outputs) -> LinesRead:
            if manifest is not source:  # its lines are not those of the file
                return read_alone(manifest, given, outputs)
            shared_pass = SharedPass(file, given, outputs, connections, shared)
            return shared_pass.read(source.open(), workers.part_size)

        yield read
