"""Look at the images and masks that the lines of a manifest name."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from groundtrain.dataset.passes.label_choice import Labels
from groundtrain.dataset.split.given_files import line_in_words
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import Findings, ImageCheckSettings
from groundtrain.linting.image_linter import find_image_findings
from groundtrain.linting.labeled_images import read_labeled_images
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.source import ManifestSource
from groundtrain.rules import active_codes
from groundtrain.settings.dataset_settings import DatasetSettings


def image_findings_of(
    source: ManifestSource,
    labels: Labels,
    settings: DatasetSettings,
    image_checks: ImageCheckSettings,
    classes: Sequence[str],
) -> Findings:
    """Findings of GT6 by line, for `read_manifest`.

    Args:
        source: the manifest.
        labels: its label attribute, as `find_labels_of` finds it.
        settings: which rules count.
        image_checks: where the images are and how thoroughly to check them.
        classes: names in the label category file, in order; empty when there is none.

    Raises:
        ManifestError: it is not a manifest, or too many of its lines have images at fault.
        GroundtrainError: the store cannot be reached.
    """
    _, label_type, keys, _ = labels
    whole = completed(source, keys, label_type, classes)
    active = active_codes(settings.select, settings.ignore)
    if not label_type.of_images:
        image_checks = replace(image_checks, depth="list")

    def read() -> Iterator[LabeledImage]:
        return read_labeled_images(whole, keys, label_type)

    return find_image_findings(read, keys, active, image_checks, source.name, line_in_words(source))
