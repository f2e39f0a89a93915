"""Files of each format that is imported, as bytes, for tests of parsers; of a folder it is one file."""

import json
import tempfile
from pathlib import Path
from typing import NamedTuple

from groundtrain.formats.registry import FORMATS
from tests.imported_labels import imported
from tests.label_files import (
    LABEL_FILES,
    coco,
    cvat,
    cvat_box,
    cvat_image,
    rectangle,
    sequence,
    task,
    voc,
    voc_object,
)


class FormatFile(NamedTuple):
    """A file of a format.

    Attributes:
        format: as the commands spell it.
        examples: what it may hold.
        path: below the folder; "" where the format is a file.
    """

    format: str
    examples: tuple[str, ...]
    path: str = ""

    def read(self, text: bytes) -> object:
        """Import it with these bytes."""
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "labels")
            LABEL_FILES[self.format](path, "a.jpg", "car")
            (path / self.path).write_bytes(text)
            images = path.parent if self.format == "sequence" else None
            return imported(FORMATS[self.format], path, images=images)


_SPAN = {
    "id": "s",
    "from_name": "label",
    "to_name": "text",
    "type": "labels",
    "value": {"start": 0, "end": 3, "text": "Ada", "labels": ["PERSON"]},
}
_CHOICE = {"from_name": "choice", "to_name": "image", "type": "choices", "value": {"choices": ["cat"]}}
_COCO = {
    "segmentation": [[1, 2, 3, 4, 5, 6]],
    "iscrowd": 1,
    "attributes": {"occluded": False},
    "keypoints": [1, 2, 2],
    "track_id": 7,
}
FILES = {
    "COCO": FormatFile("coco", (json.dumps(coco({}, {"bbox": [0.5, 1e2, 3, 4], **_COCO})),)),
    "Label Studio": FormatFile(
        "label-studio",
        (
            json.dumps(
                [
                    task(rectangle(), rectangle("bus", id="2", value={"rotation": 30})),
                    task(number=2, data={"image": "b.jpg", "width": 640, "height": 480}),
                ]
            ),
            json.dumps([{**task(_SPAN), "data": {"text": "Ada lives"}}]),
            json.dumps([task(_CHOICE)]),
            json.dumps(
                [
                    {
                        "image": "a.jpg",
                        "id": 1,
                        "label": [{**rectangle()["value"], "original_width": 640, "original_height": 480}],
                    }
                ]
            ),
        ),
    ),
    "CVAT": FormatFile(
        "cvat",
        (
            cvat(cvat_image(cvat_box(), cvat_box(more='rotation="30"'), '<tag label="car"></tag>')),
            cvat(cvat_image('<tag label="car"></tag>', more='subset="Train"')),
        ),
    ),
    "CSV": FormatFile(
        "csv",
        (
            "filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,640,480,car,10,20,40,60\nb.jpg,640,480,,,,,\n",
            "image;label;split\na.jpg;cat;train\nb.jpg;dog;val\n",
            '{"key":"a.jpg","cat":1,"dog":0}\n{"key":"b.jpg","cat":0,"dog":1}\n',
        ),
    ),
    "fastText": FormatFile("fasttext", ("__label__a __label__b one\n__label__a two\n",)),
    "MXNet list": FormatFile(
        "lst", ("0\t0\ta.jpg\n1\t1.0\tb.jpg\n", "0\t4\t5\t640\t480\t0\t0.1\t0.1\t0.2\t0.4\ta.jpg\n")
    ),
    "sequence": FormatFile(
        "sequence",
        (
            json.dumps(
                sequence(
                    {}, {"object-name": "car:2", "label-category-attributes": {"moving": "1"}}, frame="a.jpg"
                )
            ),
            json.dumps(
                sequence(
                    {"object-name": "car:1", "vertices": [{"x": 1, "y": 2}], "width": None}, {}, frame="a.jpg"
                )
            ),
        ),
    ),
    "Pascal VOC": FormatFile(
        "voc",
        (
            voc(voc_object(), voc_object("bus", more="<truncated>1</truncated>")),
            voc(voc_object(box="<robndbox><cx>9</cx><cy>9</cy><w>4</w><h>2</h><angle>1</angle></robndbox>")),
        ),
        "Annotations/1.xml",
    ),
    "YOLO's YAML": FormatFile(
        "yolo",
        (
            "path: .\ntrain: images\nval: [images]\nnc: 2\nnames:\n  0: car\n  3: 'no'\n",
            "train: ../images # here\nnames: [car, bus]\nkpt_shape: [1, 3]\n",
        ),
        "data.yaml",
    ),
    "YOLO's labels": FormatFile(
        "yolo",
        ("0 0.5 0.5 0.25 0.25\n0 .5 .5 .1 .1 0.9\n", "0 0.1 0.1 0.3 0.1 0.3 0.3\n0 0.5 0.5 1.0 1.0\n"),
        "labels/a.txt",
    ),
}
