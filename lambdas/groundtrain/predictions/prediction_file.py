"""Write a manifest of predictions."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from groundtrain.dataset.outputs import LineWriter
from groundtrain.evaluation import FoundBox
from groundtrain.formats.losses import Losses
from groundtrain.output_files import replaced_file
from groundtrain.predictions.predict import Prediction
from groundtrain.predictions.prediction_line import Predictor, prediction_line

_SLIVERS = "found boxes narrower or lower than a pixel, which are not written"


@contextmanager
def written_predictions(
    output: Path | None, predictor: Predictor, addresses: Mapping[str, str], losses: Losses
) -> Iterator[Callable[[Prediction], object]]:
    """A function that writes the line of an image; the file is there when the block ends without an error.

    Boxes of less than a pixel, which a network may find at an image's edge, would make their line useless
    (GT207).

    Args:
        output: the file; None for none.
        predictor: what is said of all predictions.
        addresses: of the images, by their names.
        losses: where is counted what is not written.

    Raises:
        SettingsError: the file cannot be written.
    """
    if output is None:
        yield bool
        return
    with replaced_file(output) as file:
        writer = LineWriter(file)

        def write(one: Prediction) -> None:
            if one.error is not None:
                return
            for box in one.boxes:
                if not _has_a_pixel(box) and box.score >= predictor.least_score:
                    losses.detail(_SLIVERS, one.image.name)
            boxes = [box for box in one.boxes if _has_a_pixel(box)]
            address = addresses[one.image.name]
            writer.write(prediction_line(predictor, address, one.size, boxes, one.image.besides))

        yield write
        writer.flush()


def _has_a_pixel(box: FoundBox) -> bool:
    return box.right - box.left >= 1 and box.bottom - box.top >= 1
