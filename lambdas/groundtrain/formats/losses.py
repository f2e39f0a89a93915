"""What is not carried from one form into the other, counted with examples, to be said at the end."""

from msgspec import Struct, field

from groundtrain.formats.counted_examples import CountedExamples


class Losses(Struct):
    """What a command does not carry, each by what it is, in the plural: "boxes of an unknown category".

    Attributes:
        labels: images, boxes, classes and spans that are not in the result, or not as they were.
        details: what is said beside the labels: masks, confidences, dates, attributes.
        oddities: what was carried as it is, and may be a mistake.
    """

    labels: dict[str, CountedExamples] = field(default_factory=dict)
    details: dict[str, CountedExamples] = field(default_factory=dict)
    oddities: dict[str, CountedExamples] = field(default_factory=dict)

    @property
    def lost_labels(self) -> int:
        """Number of labels that are not in the result as they were."""
        return sum(counted.count for counted in self.labels.values())

    def label(self, what: str, example: str) -> None:
        """A label that is left out or changed."""
        self.labels.setdefault(what, CountedExamples()).add(example)

    def detail(self, what: str, example: str) -> None:
        """Something beside a label that is not carried."""
        self.details.setdefault(what, CountedExamples()).add(example)

    def oddity(self, what: str, example: str) -> None:
        """Something that is carried as it is."""
        self.oddities.setdefault(what, CountedExamples()).add(example)
