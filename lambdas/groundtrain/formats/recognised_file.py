"""A file that was given as a manifest, and is one that can be imported: what it holds."""

from contextlib import suppress

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.manifest.other_formats import OtherFormatError

_QUICK = 64 << 20  # bytes that are read within a second or two


def with_counts(error: GroundtrainError) -> GroundtrainError:
    """The same error; for such a file, that says how much it holds as well, unless reading it takes long."""
    if not isinstance(error, OtherFormatError) or error.path is None:
        return error
    from groundtrain.formats.registry import FORMATS  # loads all formats, which no manifest needs

    known = FORMATS.get(error.format)
    if known is not None and known.counted is not None and error.path.stat().st_size <= _QUICK:
        with suppress(GroundtrainError):
            return ManifestError(f"{error.message}: {known.counted(error.path)}", fix=error.fix)
    return error
