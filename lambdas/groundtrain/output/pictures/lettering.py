r"""Text of any script in a picture: in a font of this machine that has its letters, or by their numbers.

Pillow's own font has little more than ASCII. Letters that no font here has are written as \u escapes, which
tells names apart where boxes in place of letters would not.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

_NAMES = (  # as their files are called on Linux, macOS and Windows; Pillow knows the folders
    "LiberationSans-Regular.ttf", "Arial.ttf", "DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf",
    "NotoSansCJK-Regular.ttc", "PingFang.ttc", "AppleSDGothicNeo.ttc", "msyh.ttc",
    "YuGothR.ttc", "malgun.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf", "leelawui.ttf", "Nirmala.ttc",
    "seguisym.ttf", "NotoSansSymbols2-Regular.ttf",
)  # fmt: skip
_SIZE, _PILLOWS = 16, -1
_NO_LETTER = "\U0010fffe"
_MOST_LACKING = 5


def width_of(text: str, height: int) -> float:
    """How wide it is written, in pixels."""
    shown, font = lettered(text, height)
    return font.getlength(shown)


@lru_cache(4096)
def lettered(text: str, height: int) -> tuple[str, FreeTypeFont]:
    """The text as it can be written, and the font to write it in: the first that lacks the fewest letters."""
    letters, best, fewest = set(text), _PILLOWS, len(text) + 1
    for font in (*range(len(_NAMES)), _PILLOWS):
        lacking = sum(not has_letter(font, letter) for letter in letters) if _is_here(font) else fewest
        if lacking < fewest:
            best, fewest = font, lacking
        if not fewest:
            break
    shown = "".join(letter if has_letter(best, letter) else _number(letter) for letter in text)
    return shown, _font(best, height)


def lacking_letters(texts: Iterable[str]) -> list[str]:
    """The first few letters that are written by their number, since no font here has them."""
    found: Iterator[str] = (letter for text in texts for letter in text if _is_lacking(letter))
    return [*islice(dict.fromkeys(found), _MOST_LACKING)]


@lru_cache(4096)
def _is_lacking(letter: str) -> bool:
    return not any(has_letter(font, letter) for font in (*range(len(_NAMES)), _PILLOWS) if _is_here(font))


@lru_cache(16384)
def has_letter(font: int, letter: str) -> bool:
    """Whether the font has a shape for it; that of Pillow itself is -1."""
    if letter == " ":
        return True
    mask, nothing = (_font(font, _SIZE).getmask(each) for each in (letter, _NO_LETTER))
    return mask.size != nothing.size or bytes(mask) != bytes(nothing)


@lru_cache(256)
def _font(font: int, height: int) -> FreeTypeFont:
    if font == _PILLOWS:
        found = ImageFont.load_default(height)
        assert isinstance(found, FreeTypeFont)  # without FreeType Pillow has no font of this size
        return found
    return ImageFont.truetype(_NAMES[font], height)


@lru_cache(32)
def _is_here(font: int) -> bool:
    """Whether this machine has the font."""
    if font == _PILLOWS:
        return True
    try:
        ImageFont.truetype(_NAMES[font], _SIZE)
    except OSError:
        return False
    return True


def _number(letter: str) -> str:
    number = ord(letter)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"
