from groundtrain.manifest.classes.class_checks import find_class_problems
from groundtrain.manifest.classes.classes_seen import ClassesSeen
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX


def seen(*maps: dict[str, str]) -> ClassesSeen:
    classes = ClassesSeen()
    for names in maps:
        classes.add(names)
    return classes


def problems(*maps: dict[str, str]) -> list[str]:
    classes = seen(*maps)
    return [finding.code for finding in find_class_problems(classes, classes.in_order(), BOUNDING_BOX)]


def test_partial_maps_of_lines_add_up() -> None:
    classes = seen({"1": "cat"}, {"0": "dog"}, {"0": "dog", "1": "cat"})
    assert classes.in_order() == ("dog", "cat")
    assert classes.agree_with(classes.in_order())


def test_a_gap_asks_for_new_ids() -> None:
    classes = seen({"0": "dog", "5": "bone"})
    assert not classes.agree_with(classes.in_order())
    assert problems({"0": "dog", "5": "bone"}) == ["GT305"]


def test_one_id_with_two_names_is_told() -> None:
    assert "GT303" in problems({"0": "dog"}, {"0": "cat"})


def test_one_name_with_two_ids_is_one_class() -> None:
    assert seen({"0": "helmet", "1": "helmet"}).in_order() == ("helmet",)
    assert "GT304" in problems({"0": "helmet", "1": "helmet"})


def test_a_name_with_a_space_around_it_is_told() -> None:
    assert problems({"0": "设备 "}) == ["GT306"]


def test_ids_in_order_are_no_problem() -> None:
    assert problems({"0": "dog"}, {"1": "cat"}) == []


def test_only_ids_that_change_are_told_with_what_they_become() -> None:
    classes = ClassesSeen()
    classes.add({"0": "dog", "2": "bone", "5": "ball"})
    (finding,) = find_class_problems(classes, classes.in_order(), BOUNDING_BOX)
    assert finding.message == "class ids change: 2 becomes 1, 5 becomes 2"
