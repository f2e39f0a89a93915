"""Findings on the images of a whole manifest, from batches of its lines that were looked at by themselves."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import BatchFindings, Findings
from groundtrain.linting.repeated_contents import Contents
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding


class MostLines(Struct, frozen=True):
    """How many lines with findings are held, some 550 bytes each, and what a person does beyond."""

    number: int
    fix: str


ON_A_MACHINE = MostLines(100_000, "look at a sample of them first (`--sample 1000`)")


def merged_findings(
    batches: Iterable[BatchFindings],
    read: Callable[[], Iterator[LabeledImage]],
    keys: Keys,
    active: frozenset[str],
    name: str,
    line_in_words: Callable[[int], str] = "line {}".format,
    *,
    most: MostLines | None = None,
) -> Findings:
    """Findings by line of all batches, which are taken one after the other, and of images that repeat others.

    Args:
        batches: of lines that were looked at, in any order; each line is in one.
        read: yields those lines, as for `find_image_findings`.
        keys: keys of the lines.
        active: codes of the active rules.
        name: name of the manifest, for messages.
        line_in_words: what to call a line in messages.
        most: how many lines are held; `ON_A_MACHINE` if nothing else is said.

    Raises:
        ManifestError: more lines have findings.
    """
    refuse = partial(_refuse_many, most=most or ON_A_MACHINE, name=name)
    found: Findings = {}
    contents = Contents()
    for batch in batches:
        contents.add(batch.contents)
        for line, findings in batch.findings.items():
            _add(found, line, (finding for finding in findings if finding.code in active))
        refuse(found)
    if "GT612" in active:
        earlier = {line: line_in_words(first) for line, first in contents.repeated()}
        _add_repeated(found, read(), earlier, keys, refuse)
    return found


def _add_repeated(
    found: Findings,
    labeled_images: Iterator[LabeledImage],
    earlier: dict[int, str],
    keys: Keys,
    refuse: Callable[[Findings], None],
) -> None:
    for image in labeled_images if earlier else ():
        if image.line in earlier:
            message = f"the same content as the image of {earlier[image.line]}"
            finding = Finding("GT612", image.line, f"$.{keys.source}", message, image.source)
            _add(found, image.line, [finding])
            refuse(found)


def _add(found: Findings, line: int, findings: Iterable[Finding]) -> None:
    if more := tuple(findings):
        found[line] = tuple(sorted((*found.get(line, ()), *more), key=lambda finding: finding.code))


def _refuse_many(found: Findings, *, most: MostLines, name: str) -> None:
    if len(found) > most.number:
        codes = Counter(finding.code for findings in found.values() for finding in findings)
        ((code, _),) = codes.most_common(1)
        raise ManifestError(
            f"{name}: more than {most.number:,} lines have findings on their images, most often {code}",
            fix=most.fix,
        )
