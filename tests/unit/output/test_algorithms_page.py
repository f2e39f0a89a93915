from pathlib import Path

from groundtrain.output.algorithms_page import algorithms_page
from groundtrain.training.algorithms.registry import ALGORITHMS

PAGE = Path(__file__).parents[3] / "docs" / "algorithms.md"


def test_the_page_is_that_of_the_algorithms():
    assert PAGE.read_text("utf-8") == algorithms_page(), "run make docs"


def test_every_algorithm_and_hyperparameter_is_on_it():
    page = algorithms_page()
    for algorithm in ALGORITHMS.values():
        section = page.partition(f"## {algorithm.name}\n")[2].partition("\n## ")[0]
        assert section
        for row in algorithm.hyperparameters or ():
            assert f"| `{row.name}` |" in section
