"""One pass over a file by this process and others, with the result of one: see `WholeManifest` for how.

Each reads part after part, as if no line repeated an earlier one. This process listens to the others between
lines of its own, and adds what came of the parts in their order. Only then are repetitions known; a part that
has some is read again.
"""

from collections import deque
from collections.abc import Iterable
from multiprocessing.connection import Connection, wait

from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.counts import LineCounter
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.line_decision import LineDecider
from groundtrain.dataset.passes.parts import PartRead, PartReader, PartSizes, Range, Task, ranges
from groundtrain.dataset.passes.shared_texts import SharedTexts
from groundtrain.dataset.passes.single_pass import LinesRead
from groundtrain.dataset.passes.whole_manifest import WholeManifest
from groundtrain.dataset.passes.worker_processes import received, send
from groundtrain.manifest.lines import Lines, LineTotals
from groundtrain.manifest.source import FileManifest

_AT_ONCE = 2  # parts that a process has to do
_AHEAD = 4  # parts a process that may wait for an earlier one, which bounds the memory


class SharedPass:
    """One pass over a file.

    Args:
        file: the manifest.
        given: what its lines are decided by.
        outputs: where they go.
        connections: to the other processes.
        shared: where those leave what is to be written.
    """

    def __init__(
        self,
        file: FileManifest,
        given: PassSettings,
        outputs: Outputs,
        connections: list[Connection],
        shared: SharedTexts,
    ) -> None:
        self._file, self._given, self._outputs = file, given, outputs
        self._tasks = dict.fromkeys(connections, 0)
        self._shared, self._slots = shared, list(range(shared.slots if outputs.are_kept else 0))
        self._most_waiting = _AHEAD * (len(connections) + 1)
        self._totals, self._counts = LineTotals(), LineCounter(given).counts
        self._whole = WholeManifest.of(given.label_type)
        self._again = deque[Task]()
        self._unasked, self._asked = dict[int, PartRead](), 0
        self._unadded, self._added = dict[int, PartRead](), 0

    def read(self, chunks: Iterable[bytes], size: int) -> LinesRead:
        """Read the whole file, whose bytes are given to be cut into parts of about this size."""
        self._parts = ranges(chunks, PartSizes(size, self._file.size, len(self._tasks) + 1))
        reader = PartReader(self._file, self._given, keeps_texts=self._outputs.are_kept)
        for connection in self._tasks:
            send(connection, (self._given, self._outputs.are_kept), self._file.name)
        while True:
            self._give()
            if (task := self._next()) is not None:
                self._take(reader.read(task, meanwhile=self._listen))
            elif any(self._tasks.values()):
                self._listen(None)
            else:
                return LinesRead(self._totals, self._counts, self._whole)

    def _next(self, *, may_be_long: bool = True) -> Task | None:
        """The next part to read; None where there is none, or too many wait for an earlier one."""
        if self._again and may_be_long:
            return self._again.popleft()
        if len(self._unasked) + len(self._unadded) > self._most_waiting:
            return None
        part = next(self._parts, None)
        return Task(part, {}, self._whole.part.room) if part is not None else None

    def _give(self) -> None:
        """Give each process something to do, and the next thing beside it, so that it never waits for us.

        A long list of repetitions is only for one that has nothing to send: else both may wait to send.
        """
        for connection, tasks in self._tasks.items():
            if tasks < _AT_ONCE and (task := self._next(may_be_long=not tasks)) is not None:
                slot = self._slots.pop() if self._slots else None
                send(connection, task._replace(slot=slot), self._file.name)
                self._tasks[connection] += 1

    def _listen(self, seconds: float | None = 0) -> None:
        """Take what other processes send in so many seconds; None waits for the first of them."""
        for connection in wait([connection for connection, tasks in self._tasks.items() if tasks], seconds):
            assert isinstance(connection, Connection)
            read = received(connection, self._file.name, self._shared)
            self._tasks[connection] -= 1
            self._take(read)
        self._give()

    def _take(self, read: PartRead) -> None:
        """Take what came of a part, and go on with all those that now follow each other."""
        waiting = self._unasked if read.place.start >= self._asked else self._unadded
        waiting[read.place.start] = read
        while self._asked in self._unasked:
            self._ask(self._unasked.pop(self._asked))
        while self._added in self._unadded:
            self._add(self._unadded.pop(self._added))

    def _ask(self, read: PartRead) -> None:
        """Ask the whole which lines of a part repeat earlier ones; if some do, it is to be read again."""
        self._asked = read.place.end
        if not self._whole.count_labels(read.labels):
            self._watch(read.place)
        repetitions = dict[int, int]()
        for met in read.records:
            repetitions |= self._whole.records.repetitions(met)
        if repetitions:
            self._free(read)
            self._again.append(Task(read.place, repetitions, self._whole.part.room))
        else:
            self._unadded[read.place.start] = read

    def _watch(self, place: Range) -> None:
        """Look at all labels of a part, where habits depend on them."""
        decider, lines = LineDecider(self._given), Lines(self._file.part(place.start, place.end), place.first)
        self._whole.watch(decider.decide(number, line) for number, line in lines)

    def _add(self, read: PartRead) -> None:
        """Add what came of a part to that of all parts before."""
        self._added = read.place.end
        self._totals.add(read.totals)
        self._counts = self._counts.merged(read.counts)
        self._whole.part.add_all(read.part)
        for writer, (text, records) in zip(self._outputs.writers, read.texts, strict=True):
            writer.append(text, records)
        self._free(read)

    def _free(self, read: PartRead) -> None:
        """Give the slot of its texts to another part."""
        if read.slot is not None:
            self._slots.append(read.slot)
