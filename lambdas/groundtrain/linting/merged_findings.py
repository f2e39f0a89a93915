"""Findings on the images of a whole manifest, from batches of its lines that were looked at by themselves."""

from collections.abc import Callable, Iterable, Iterator

from groundtrain.errors import ManifestError
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import BatchFindings, Findings
from groundtrain.linting.repeated_contents import Contents
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding

_MOST_LINES = 100_000  # with faults, some 50 MB of findings


def merged_findings(
    batches: Iterable[BatchFindings],
    read: Callable[[], Iterator[LabeledImage]],
    keys: Keys,
    active: frozenset[str],
    name: str,
    line_in_words: Callable[[int], str] = "line {}".format,
) -> Findings:
    """Findings by line of all batches, which are taken one after the other, and of images that repeat others.

    Args:
        batches: of lines that were looked at, in any order; each line is in one.
        read: yields those lines, as for `find_image_findings`.
        keys: keys of the lines.
        active: codes of the active rules.
        name: name of the manifest, for messages.
        line_in_words: what to call a line in messages.

    Raises:
        ManifestError: more than 100,000 lines have faults.
    """
    found: Findings = {}
    contents = Contents()
    for batch in batches:
        contents.add(batch.contents)
        for line, findings in batch.findings.items():
            _add(found, line, (finding for finding in findings if finding.code in active), name)
    if "GT612" in active:
        earlier = {line: line_in_words(first) for line, first in contents.repeated()}
        _add_repeated(found, read(), earlier, keys, name)
    return found


def _add_repeated(
    found: Findings, labeled_images: Iterator[LabeledImage], earlier: dict[int, str], keys: Keys, name: str
) -> None:
    for image in labeled_images if earlier else ():
        if image.line in earlier:
            message = f"the same content as the image of {earlier[image.line]}"
            finding = Finding("GT612", image.line, f"$.{keys.source}", message, image.source)
            _add(found, image.line, [finding], name)


def _add(found: Findings, line: int, findings: Iterable[Finding], name: str) -> None:
    if more := tuple(findings):
        found[line] = tuple(sorted((*found.get(line, ()), *more), key=lambda finding: finding.code))
    if len(found) > _MOST_LINES:
        raise ManifestError(
            f"{name}: more than {_MOST_LINES:,} lines have images at fault",
            fix="look at a sample of them first (`--sample 1000`)",
        )
