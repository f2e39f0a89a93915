"""One name for each class that is spelled in several ways, ready to be pasted."""

from collections.abc import Iterator, Mapping

from groundtrain.quantities import quantity
from groundtrain.settings.class_table import rename_in_toml
from groundtrain.shell_commands import shell_argument

_MOST = 40


def proposed_names_text(renames: Mapping[str, str]) -> Iterator[str]:
    """The table of a settings file, and the same as options; no line where there is nothing to propose."""
    if not renames:
        return
    if len(renames) > _MOST:
        yield f"{quantity(len(renames), 'name')} could be spelled alike: --format json has the table"
        return
    yield "If classes that differ in spelling only mean the same, in a settings file:"
    yield "  [dataset.classes]"
    yield f"  rename = {rename_in_toml(renames)}"
    pairs = [f"{name}={new}" for name, new in renames.items()]
    if all(pair.count("=") == 1 for pair in pairs):
        yield "or for convert and check:"
        yield f"  {' '.join(f'--rename-class {shell_argument(pair)}' for pair in pairs)}"
