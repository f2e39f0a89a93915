"""Read parts of one file in several processes, with the result of one: see `WholeManifest` for how."""

import gc
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.counts import LineCounter
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.line_decision import LineDecider
from groundtrain.dataset.passes.parts import PartReader, PartResult, Question, Range, ranges
from groundtrain.dataset.passes.single_pass import LinesRead
from groundtrain.dataset.passes.whole_manifest import WholeManifest
from groundtrain.errors import GroundtrainError
from groundtrain.input_files import fix_for
from groundtrain.manifest.lines import Lines, LineTotals
from groundtrain.manifest.source import ManifestSource

_LIVING = 100_000
"""So many more objects live before cycles among them are looked for: those of a part have none."""

_SPAWN = multiprocessing.get_context("spawn")


class WorkerPass:
    """One pass over a file by worker processes."""

    def __init__(self, source: ManifestSource, path: Path, given: PassSettings, outputs: Outputs) -> None:
        self._source, self._path, self._given, self._outputs = source, path, given, outputs
        self._totals, self._counts = LineTotals(), LineCounter(given).counts
        self._whole = WholeManifest.of(given.label_type)
        self._parts: list[Range] = []
        self._questions: dict[int, tuple[Connection, Question]] = {}
        self._results: dict[int, PartResult] = {}
        self._answered = self._added = 0

    def read(self, connections: list[Connection], size: int) -> LinesRead:
        """Read the whole file, in parts of about this size in bytes."""
        settings = self._given, self._outputs.are_kept
        parts, at_work = ranges(self._source.open(), size), dict[Connection, int]()
        for connection in connections:
            connection.send(settings)
            self._give(connection, next(parts, None), at_work)
        upcoming = next(parts, None)
        while at_work:
            for connection in ready(at_work):
                message = received(connection, self._source.name)
                if isinstance(message, Question):
                    self._questions[at_work[connection]] = connection, message
                else:
                    self._results[at_work.pop(connection)] = message
                    self._give(connection, upcoming, at_work)
                    upcoming = next(parts, None)
            self._answer()
            self._add()
        return LinesRead(self._totals, self._counts, self._whole)

    def _give(self, connection: Connection, part: Range | None, at_work: dict[Connection, int]) -> None:
        if part is not None:
            at_work[connection] = len(self._parts)
            self._parts.append(part)
            connection.send(part)

    def _answer(self) -> None:
        """Answer the questions about parts, in the order of the parts."""
        while self._answered in self._questions:
            connection, question = self._questions.pop(self._answered)
            connection.send(self._whole.records.repetitions(question.records))
            if question.labels is not None and not self._whole.count_labels(question.labels):
                self._watch(self._parts[self._answered])
            self._answered += 1

    def _watch(self, part: Range) -> None:
        """Look at all labels of a part, where habits depend on them."""
        decider, lines = LineDecider(self._given), Lines(part.chunks(self._path), part.first)
        self._whole.watch(decider.decide(number, line) for number, line in lines)

    def _add(self) -> None:
        """Add what came of parts, in their order."""
        while self._added in self._results:
            result = self._results.pop(self._added)
            self._totals.add(result.totals)
            self._counts = self._counts.merged(result.counts)
            self._whole.part.add_all(result.part)
            for writer, (text, records) in zip(self._outputs.writers, result.texts, strict=True):
                writer.append(text, records)
            self._added += 1


def ready(at_work: dict[Connection, int]) -> list[Connection]:
    """Connections of processes that have sent something, or have ended."""
    return [connection for connection in wait(list(at_work)) if isinstance(connection, Connection)]


def received(connection: Connection, name: str) -> Question | PartResult:
    """What a process has sent.

    Raises:
        GroundtrainError: it has ended, or could not go on.
    """
    try:
        message: Any = connection.recv()
    except (EOFError, ConnectionError):
        raise GroundtrainError(
            f"{name} was not read to its end: one of the processes that read it was ended",
            fix="try --workers 1, which needs less memory",
        ) from None
    if isinstance(message, OSError):
        raise GroundtrainError(
            f"{name} cannot be read ({message.strerror})", fix=fix_for(message)
        ) from message
    if isinstance(message, Exception):
        raise message
    return message  # type: ignore[no-any-return]


@contextmanager
def worker_processes(number: int, path: Path) -> Iterator[list[Connection]]:
    """Connections to so many processes that read parts of a file; they are ended with the block."""
    processes: list[BaseProcess] = []
    with ExitStack() as stack:
        connections = []
        with _no_interruptions():
            for _ in range(number):
                ours, theirs = multiprocessing.Pipe()
                connections.append(stack.enter_context(ours))
                process = _SPAWN.Process(target=work, args=(theirs, path), daemon=True)
                process.start()
                processes.append(process)
                theirs.close()
        stack.callback(_end, processes)
        yield connections


@contextmanager
def _no_interruptions() -> Iterator[None]:
    """Processes that are started here never get an interruption from the keyboard: it is for their parent."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(processes: list[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def work(connection: Connection, path: Path) -> None:
    """Read parts of a file as they are asked for; the function of a worker process."""
    reader: PartReader | None = None
    gc.freeze()
    gc.set_threshold(_LIVING)
    with suppress(EOFError, ConnectionError):
        while True:
            message = connection.recv()
            try:
                if isinstance(message, Range) and reader is not None:
                    connection.send(reader.decide(message))
                    connection.send(reader.finish(connection.recv()))
                else:
                    given, keeps_texts = message
                    reader = PartReader(path, LineDecider(given), keeps_texts=keeps_texts)
            except Exception as error:  # noqa: BLE001 - the parent tells what went wrong
                connection.send(error)
                return
