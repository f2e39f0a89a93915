"""Label Studio as a format."""

from groundtrain.formats.format import Format, FormatOption
from groundtrain.formats.label_studio.reading import count_label_studio, read_label_studio
from groundtrain.formats.label_studio.writing import write_label_studio

LABEL_STUDIO = Format(
    name="label-studio",
    title="Label Studio",
    source="an export of Label Studio (JSON or JSON-MIN)",
    target="tasks for Label Studio (JSON), with the labels as predictions to correct",
    kinds=("boxes", "class", "classes", "entities"),
    has_addresses=True,
    read=read_label_studio,
    write=write_label_studio,
    counted=count_label_studio,
    read_options=(
        FormatOption(
            "--control",
            "The control that holds the labels (from_name), if there are several.",
            metavar="NAME",
        ),
        FormatOption(
            "--data-key",
            "The key of the image or text in the data of the tasks, if not clear.",
            metavar="KEY",
        ),
        FormatOption(
            "--address-prefix",
            "What the addresses of images begin with; what follows is put behind --image-prefix.",
            metavar="TEXT",
        ),
        FormatOption(
            "--original-names", "Name uploads as they were before Label Studio put a hash before their names."
        ),
        FormatOption("--predictions", "Take predictions where nobody annotated a task."),
        FormatOption("--multilabel", "Take choices for any number of classes, also if no task has two."),
    ),
    write_options=(
        FormatOption(
            "--as",
            "Predictions are looked at and corrected; annotations make tasks that are done.",
            choices=("predictions", "annotations"),
        ),
        FormatOption(
            "--control",
            "Name of the control in the labeling configuration (from_name); label or choice otherwise.",
            metavar="NAME",
        ),
    ),
)
