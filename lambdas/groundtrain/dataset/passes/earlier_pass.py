"""What a pass is given: settings, and what an earlier pass over the same manifest has found."""

from collections.abc import Mapping

from msgspec import Struct

from groundtrain.dataset.split.given_files import GivenFiles, has_test_side
from groundtrain.dataset.split.sides import Side
from groundtrain.manifest.classes.class_changes import ClassChanges
from groundtrain.manifest.classes.new_class_ids import ClassIds
from groundtrain.manifest.label_types.label_type import FileFault, LabelType
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.record_keys import Keys
from groundtrain.rules import active_codes
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings


class EarlierPass(Struct, frozen=True):
    """What a pass knows of the whole manifest beforehand.

    Attributes:
        classes: names of all classes in the order of their ids; None takes ids as they are.
        listed: whether they are those of a label category file.
        spellings: other spellings of names on the lines, with the one that is taken.
        sides: those of groups that do not train, by fingerprint; None lets the digest decide.
        moved: sides of groups that go to one that would be empty, against their digest.
        verifications: attributes that verify the labels, where no record is left out because of them.
        fault: a fault of all labels, for which each record is rejected.
    """

    classes: tuple[str, ...] | None = None
    listed: bool = False
    spellings: Mapping[str, str] = {}
    sides: Mapping[bytes, Side] | None = None
    moved: Mapping[bytes, Side] = {}
    verifications: tuple[str, ...] = ()
    fault: FileFault | None = None


class PassSettings(Struct, frozen=True):
    """All that a decision depends on beside the line.

    Attributes:
        type_name: name of the label type.
        listed: names in the label category file, in order; empty when there is none.
        image_findings: findings of the image checks, by line.
        most_findings: findings of one rule that are kept as examples.
        files: the manifests that the split is given by; None where the settings say how to split.
    """

    keys: Keys
    type_name: str
    settings: DatasetSettings
    earlier: EarlierPass
    listed: tuple[str, ...] = ()
    image_findings: Mapping[int, tuple[Finding, ...]] = {}
    most_findings: int = 20
    files: GivenFiles | None = None

    @property
    def label_type(self) -> LabelType:
        """The label type, which is made of functions and does not travel between processes."""
        return LABEL_TYPES[self.type_name]

    @property
    def has_test_side(self) -> bool:
        """Whether a test side is asked for, or given."""
        return has_test_side(self.settings, self.files)

    @property
    def active(self) -> frozenset[str]:
        """Codes of the rules that count."""
        return active_codes(self.settings.select, self.settings.ignore)

    @property
    def shows_classes(self) -> bool:
        """Whether this pass notes what classes a group shows, so that another can choose groups by them."""
        return self.settings.split == "stratified" and self.earlier.sides is None

    def class_changes(self) -> ClassChanges | None:
        """Changes the classes of lines; None where none is to be changed."""
        table = self.settings.classes
        return None if table.changes_nothing else ClassChanges(table, self.label_type, self.keys)

    def class_ids(self) -> ClassIds:
        """How class ids of lines become those of the dataset."""
        earlier, label_type = self.earlier, self.label_type
        return ClassIds(
            earlier.classes,
            fixed=label_type.by_reference,
            spellings=earlier.spellings,
            listed=earlier.listed and "GT312" in self.active,
        )
