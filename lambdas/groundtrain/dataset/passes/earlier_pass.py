"""What an earlier pass over the same manifest has found, and what is known before the first one."""

from collections.abc import Mapping

from msgspec import Struct

from groundtrain.manifest.label_types.label_type import FileFault


class EarlierPass(Struct, frozen=True):
    """What a pass knows of the whole manifest beforehand.

    Attributes:
        classes: names of all classes in the order of their ids; None takes ids as they are.
        listed: whether they are those of a label category file.
        spellings: other spellings of names on the lines, with the one that is taken.
        validating: fingerprints of the groups that validate; None lets the digest decide.
        moved: fingerprint of the group that goes to a side that would be empty, against its digest.
        verifications: attributes that verify the labels, where no record is left out because of them.
        fault: a fault of all labels, for which each record is rejected.
    """

    classes: tuple[str, ...] | None = None
    listed: bool = False
    spellings: Mapping[str, str] = {}
    validating: frozenset[bytes] | None = None
    moved: bytes | None = None
    verifications: tuple[str, ...] = ()
    fault: FileFault | None = None
