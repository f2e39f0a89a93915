"""Look at the images and masks that the lines of a manifest name."""

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from groundtrain.dataset.passes.label_choice import Labels
from groundtrain.dataset.split.given_files import line_in_words
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_batch import Findings, ImageCheckSettings
from groundtrain.linting.image_linter import find_image_findings
from groundtrain.linting.labeled_images import count_labeled_lines, read_labeled_images
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
    if not labels.label_type.of_images:
        image_checks = replace(image_checks, depth="list")
    active = active_codes(settings.select, settings.ignore)
    read = images_of_manifest(source, labels, classes)
    return find_image_findings(read, labels.keys, active, image_checks, source.name, line_in_words(source))


def images_of_manifest(
    source: ManifestSource, labels: Labels, classes: Sequence[str]
) -> Callable[[], Iterator[LabeledImage]]:
    """What the lines of a manifest say of their images, from the start at each call.

    Args:
        source: the manifest.
        labels: its label attribute, as `find_labels_of` finds it.
        classes: names in the label category file, in order; empty when there is none.

    Raises:
        ManifestError: the manifest cannot be read, or changed meanwhile; also while it is read.
    """
    whole = _completed(source, labels, classes)
    return lambda: read_labeled_images(whole, labels.keys, labels.label_type)


def labeled_lines_of(source: ManifestSource, labels: Labels, classes: Sequence[str]) -> int:
    """How many lines of a manifest have a label, whether or not it can be read; arguments as above.

    Raises:
        ManifestError: the manifest cannot be read, or changed meanwhile.
    """
    return count_labeled_lines(_completed(source, labels, classes), labels.keys, labels.label_type)


def _completed(source: ManifestSource, labels: Labels, classes: Sequence[str]) -> ManifestSource:
    return completed(source, labels.keys, labels.label_type, classes)
