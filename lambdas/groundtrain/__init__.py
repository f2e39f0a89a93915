"""From labels to validated datasets and trained models.

What commands do, as functions: docs/python.md. Each is loaded when it is used; importing groundtrain loads
nothing, since functions in the cloud start with it.
"""

TYPE_CHECKING = False  # type checkers take it for True; `typing` need not be loaded for it
if TYPE_CHECKING:
    from groundtrain.api.check import Check, check
    from groundtrain.api.convert import Conversion, convert
    from groundtrain.api.labels import (
        Box,
        ClassLabel,
        Cuboid,
        CustomLabel,
        Label,
        LabelFile,
        Mask,
        Record,
        Span,
    )
    from groundtrain.api.merge import Merge, merge
    from groundtrain.api.read import Records, read
    from groundtrain.api.rehearse import Rehearsal, rehearse
    from groundtrain.api.report import Report, report
    from groundtrain.api.result import Finding
    from groundtrain.errors import (
        GroundtrainError,
        LabelAttributeError,
        ManifestError,
        SettingsError,
        WrongCallError,
    )

__all__ = [  # noqa: RUF022 - functions, what they give, errors
    "check",
    "convert",
    "merge",
    "read",
    "rehearse",
    "report",
    "Box",
    "Check",
    "ClassLabel",
    "Conversion",
    "Cuboid",
    "CustomLabel",
    "Finding",
    "Label",
    "LabelFile",
    "Mask",
    "Merge",
    "Record",
    "Records",
    "Rehearsal",
    "Report",
    "Span",
    "GroundtrainError",
    "LabelAttributeError",
    "ManifestError",
    "SettingsError",
    "WrongCallError",
    "__version__",
]

_MODULES = {
    "api.check": ("Check", "check"),
    "api.convert": ("Conversion", "convert"),
    "api.labels": (
        "Box",
        "ClassLabel",
        "Cuboid",
        "CustomLabel",
        "Label",
        "LabelFile",
        "Mask",
        "Record",
        "Span",
    ),
    "api.merge": ("Merge", "merge"),
    "api.read": ("Records", "read"),
    "api.rehearse": ("Rehearsal", "rehearse"),
    "api.report": ("Report", "report"),
    "api.result": ("Finding",),
    "errors": ("GroundtrainError", "LabelAttributeError", "ManifestError", "SettingsError", "WrongCallError"),
}


def __getattr__(name: str) -> object:
    """What is public, loaded when it is first asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("groundtrain")
    for module, names in _MODULES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"groundtrain.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
