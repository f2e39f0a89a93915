"""A drawing in a file, whose suffix says how: SVG, or what Pillow writes."""

from pathlib import Path

from PIL import Image

from groundtrain.errors import GroundtrainError
from groundtrain.output.pictures.lettering import lacking_letters
from groundtrain.output.pictures.png import rendered
from groundtrain.output.pictures.shapes import Drawing
from groundtrain.output.pictures.svg import as_svg
from groundtrain.output_files import replaced_file

_SVG = ".svg"


def write_picture(drawing: Drawing, out: Path) -> tuple[str, ...]:
    """Write the picture; returns the first few letters that are written by their numbers for want of a font.

    Raises:
        GroundtrainError: the suffix is that of no picture, or the file cannot be written.
    """
    if out.suffix.lower() == _SVG:
        with replaced_file(out) as file:
            file.write(as_svg(drawing).encode())
        return ()
    kind = Image.registered_extensions().get(out.suffix.lower())
    image = rendered(drawing)
    try:
        with replaced_file(out) as file:
            image.save(file, format=kind or out.suffix or "unnamed")
    except (OSError, ValueError, KeyError) as error:
        raise GroundtrainError(
            f"{out} cannot be written ({'unknown file extension' if kind is None else error})",
            fix="name a file such as out.png or out.svg",
        ) from error
    return tuple(lacking_letters(drawing.texts()))
