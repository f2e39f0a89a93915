"""What the module of a format provides: one `Format`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.labeled_items import LabeledItems, LabelKind
from groundtrain.formats.losses import Losses


class FormatOption(Struct, frozen=True):
    """An option of a format's own commands.

    Attributes:
        name: as it is written, such as "--without-crowds"; its value is found under "without_crowds".
        help: one sentence.
        choices: its values, the first of them the default; a flag, True or False, where there are none.
        metavar: for any text in place of choices, "" if it is not given; what the help calls it.
    """

    name: str
    help: str
    choices: tuple[str, ...] = ()
    metavar: str = ""

    @property
    def key(self) -> str:
        """Its key in `Exchange.options`."""
        return self.name.lstrip("-").replace("-", "_")


class Exchange(Struct, frozen=True):
    """What reading and writing are given, and where they leave what they do not carry.

    Attributes:
        images: the folder of images, for sizes that the format does not say; it may be none.
        options: values of the format's own options by `FormatOption.key`.
        categories: names of the classes in the order of their ids, where a label category file says them.
    """

    images: ImageFolder
    losses: Losses
    options: Mapping[str, Any] = {}
    categories: Sequence[str] = ()


class Format(Struct, frozen=True, kw_only=True):
    """How labels in one format are read and written.

    Attributes:
        name: as the commands spell it.
        title: as people spell it.
        source: what is read, with its article: "a JSON file of instances".
        target: what is written.
        kinds: labels that it can hold.
        has_splits: whether it says on which side of the training a record is.
        has_addresses: whether it names images by their addresses in S3, not by paths below one folder.
        read: the labels at a path. It raises ManifestError for what cannot be used at all, naming file and
            place, and counts in `Exchange.losses` what it leaves out.
        write: writes to a path that may exist; as a whole, or nothing.
        counted: what a file of it holds, in a few words such as "120 images, 3 categories", as far as
            reading it once tells; it raises what `read` raises.
        read_options, write_options: of its own commands.
    """

    name: str
    title: str
    source: str = ""
    target: str = ""
    kinds: tuple[LabelKind, ...]
    has_splits: bool = False
    has_addresses: bool = False
    read: Callable[[Path, Exchange], LabeledItems] | None = None
    write: Callable[[LabeledItems, Path, Exchange], None] | None = None
    counted: Callable[[Path], str] | None = None
    read_options: tuple[FormatOption, ...] = ()
    write_options: tuple[FormatOption, ...] = ()
