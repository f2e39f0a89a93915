"""Make a page to look at, as a call says."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.calls.check import Watch
from groundtrain.calls.files import read_category_file, refuse_other_than_folder, refuse_overwriting
from groundtrain.calls.settings import environment_of
from groundtrain.calls.sides import opened_split, sides_given
from groundtrain.errors import WrongCallError
from groundtrain.gate.verdict import Verdict
from groundtrain.output_files import replaced_file
from groundtrain.reporting.choice import MOST_SHOWN, SAMPLE
from groundtrain.reporting.contents import contents_of
from groundtrain.reporting.page_file import page_pieces
from groundtrain.reporting.pictures import Thumbnails
from groundtrain.reporting.subject import Subject, read_subject
from groundtrain.rules.advice import Audience


class Reported(Struct, frozen=True):
    """A page that was written, what it is about, and the number of records that it shows."""

    output: Path
    subject: Subject
    verdict: Verdict
    pictures: int


def report(
    manifest: str,
    output: Path,
    *,
    validation_manifest: str | None = None,
    test_manifest: str | None = None,
    image_dir: Path | None = None,
    sample: int = SAMPLE,
    settings: Path | None = None,
    category_file: Path | None = None,
    audience: Audience,
    watch: Watch = nullcontext,
    **options: Any,
) -> Reported:
    """Write the page, which replaces `output` as a whole.

    The options are those of the command line; those of the dataset are read by `environment_of`. `audience`
    is who reads the page, and `watch` tells how far it is.

    Raises:
        WrongCallError, SettingsError, ManifestError, LabelAttributeError, GroundtrainError
    """
    if sample > MOST_SHOWN:
        raise WrongCallError(
            f"`--sample {sample}` are more records than a page can show", fix=f"write at most {MOST_SHOWN}"
        )
    environment = environment_of(settings, **options)
    sides = sides_given([manifest], validation_manifest, test_manifest, options)
    refuse_overwriting([*(sides.values() or [manifest]), settings, category_file], {"--output": output})
    classes = read_category_file(category_file) if category_file else None
    with opened_split(manifest, sides) as found, watch(found) as source:
        subject = read_subject(source, environment, gated=settings is not None, classes=classes, most=sample)
    contents = contents_of(subject, audience, _thumbnails(image_dir))
    with replaced_file(output) as file:
        file.writelines(page_pieces(contents, f"{contents.title}: groundtrain report"))
    verdict = replace(subject.verdict, because=tuple(map(audience.worded, subject.verdict.because)))
    return Reported(output, subject, verdict, len(contents.pictures))


def report_document(reported: Reported) -> dict[str, Any]:
    """What is said of the page, as one JSON document."""
    subject = reported.subject
    return {
        "report": str(reported.output),
        "manifest": subject.title,
        "verdict": str(reported.verdict),
        "records": subject.contents.source.records,
        "rejected": subject.contents.rejected,
        "findings": subject.counts,
        "pictures": reported.pictures,
    }


def _thumbnails(directory: Path | None) -> Thumbnails | None:
    if directory is None:
        return None
    refuse_other_than_folder("--image-dir", directory)
    # Pillow takes a moment to load, which a report without pictures spares
    from groundtrain.images.directory_store import DirectoryStore
    from groundtrain.reporting.thumbnails import StoredThumbnails

    return StoredThumbnails(DirectoryStore(directory))
