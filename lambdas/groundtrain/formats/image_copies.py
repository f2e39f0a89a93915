"""Images that go along with their labels into a folder that is written."""

from groundtrain.formats.format import Exchange
from groundtrain.formats.labeled_items import LabeledItem
from groundtrain.formats.written_folder import WrittenFolder


def copy_image(item: LabeledItem, folder: WrittenFolder, path: str, exchange: Exchange) -> bool:
    """Copy the image of an item, if there is a folder of images, and say whether it is there now.

    One that is missing, or that is another than the manifest says, is counted.

    Args:
        item: its size is that of the manifest, None where that says none.
        folder: that is written.
        path: of the image in it.
        exchange: has the folder of images.

    Raises:
        ManifestError: its size cannot be read, or its name can be no file there.
    """
    images, losses = exchange.images, exchange.losses
    if not images:
        return False
    source = images.path_of(item.name)
    if source is None:
        losses.label("images that are not in --image-dir, and not copied", item.name)
        return False
    folder.copy(path, source, item.place)
    said = item.size
    seen = said and images.size_of(item.name, item.place)
    if seen and said and (seen.width, seen.height) != (said.width, said.height):
        losses.label(
            "images whose size is not that of the manifest, so that boxes are elsewhere on them",
            f"{item.name}: {seen.width}x{seen.height}, and {said.width}x{said.height} there",
        )
    return True
