"""What a call of convert wants to have labeled again."""

from collections.abc import Collection
from pathlib import Path

from groundtrain.errors import WrongCallError
from groundtrain.relabeling.relabel import RelabelFormat, RelabelRequest
from groundtrain.rules.advice import option_words


def relabel_request(
    relabel: Path | None,
    relabel_rules: tuple[str, ...] = (),
    relabel_format: RelabelFormat | None = None,
    *,
    keep_labels: bool = False,
) -> RelabelRequest | None:
    """What is to be written; None where nothing is.

    Args:
        relabel: the file, which may be written (`refuse_to_write`).
        relabel_rules: further codes of rules whose rejected lines are written.
        relabel_format: what the file is; by its name otherwise.
        keep_labels: whether lines keep their labels.

    Raises:
        WrongCallError: options go together that do not.
    """
    if relabel is None:
        if relabel_rules or relabel_format or keep_labels:
            raise WrongCallError(
                "where to write what is to be labeled again is not said", fix="add `--relabel FILE`"
            )
        return None
    is_json = relabel.suffix.lower() == ".json"
    chosen: RelabelFormat = relabel_format or ("label-studio" if is_json else "input-manifest")
    if keep_labels and chosen != "input-manifest":
        raise WrongCallError(
            "`--relabel-keep-labels` is for an input manifest",
            fix="leave it out; groundtrain export label-studio writes tasks with labels",
        )
    return RelabelRequest(relabel, chosen, relabel_rules, keep_labels)


def refuse_own_folder(request: RelabelRequest, output: Path, sides: Collection[str] = ()) -> None:
    """Refuse to write into a folder that is replaced as a whole, and of several manifests, that are `sides`.

    Raises:
        WrongCallError
    """
    if sides:
        raise WrongCallError(
            "`--relabel` is for one manifest",
            fix="convert those of a split by themselves to label theirs again",
        )
    if output.resolve() in (request.output.resolve(), *request.output.resolve().parents):
        words = option_words(("--relabel", request.output))
        raise WrongCallError(
            f"{words} is in {output}, which is replaced as a whole", fix="name a file elsewhere"
        )
