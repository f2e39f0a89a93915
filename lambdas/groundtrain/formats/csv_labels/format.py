"""Tables of labels as a format."""

from groundtrain.formats.csv_labels.columns import TYPES
from groundtrain.formats.csv_labels.reading import count_csv, read_csv
from groundtrain.formats.csv_labels.writing import write_csv
from groundtrain.formats.format import Format, FormatOption

CSV = Format(
    name="csv",
    title="a table of labels",
    source="a table of labels (CSV or JSON Lines) whose columns have their usual names",
    target="a table of labels: CSV, or JSON Lines for a name that ends in .jsonl",
    kinds=("boxes", "class", "classes"),
    has_splits=True,
    read=read_csv,
    write=write_csv,
    counted=count_csv,
    read_options=(
        FormatOption(
            "--columns",
            "Which column says what, where their names do not tell: key=photo,class=species.",
            metavar="WHAT=COLUMN,…",
        ),
        FormatOption("--fractions", "Boxes are said in fractions of their image, not in pixels."),
        FormatOption("--class", "Class of all boxes of a table that names none.", metavar="NAME"),
        FormatOption("--type", "Type of the labels.", choices=("by-columns", *TYPES)),
    ),
    write_options=(
        FormatOption("--corners", "Write xmin, ymin, xmax, ymax in place of left, top, width, height."),
    ),
)
