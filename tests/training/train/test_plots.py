"""The report's figures: bounded however many labels there are, and drawn of nothing."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from training.train.judging import plots
from training.train.metrics import Ints, Mistaken, largest_confusions, reliability, risk_coverage

MOST_PIXELS = 8_000_000
"""What a figure may have: 24 MB once it is decoded."""


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as image:
        return image.size


def confused(labels: int) -> Ints:
    """Ten photos of each label, of which some were taken for the next."""
    matrix = np.eye(labels, dtype=np.int64) * 10
    for row in range(labels - 1):
        matrix[row, row], matrix[row, row + 1] = 10 - row % 4, row % 4
    return matrix


@pytest.mark.parametrize("labels", [1, 2, 20, 21, 100, 1000])
def test_a_figure_of_any_number_of_labels_is_bounded(labels: int) -> None:
    """Neither cells nor lines grow without end: at a hundred labels they took 6 GB."""
    names = [f"a label called {number}" for number in range(labels)]
    matrix = confused(labels)
    for png in (
        plots.confusion_figure(matrix, names, title="gate"),
        plots.recall_figure([("held out", matrix), ("gate", matrix)], names),
    ):
        width, height = size_of(png)
        assert width * height <= MOST_PIXELS


def test_the_largest_confusions_are_named_first() -> None:
    """By photos, with how many there were; what was never confused is not there."""
    matrix = np.array([[5, 3, 0], [0, 9, 1], [0, 0, 4]])
    assert largest_confusions(matrix, most=9) == [Mistaken(0, 1, 3, 8), Mistaken(1, 2, 1, 10)]
    assert largest_confusions(matrix, most=1) == [Mistaken(0, 1, 3, 8)]
    assert largest_confusions(np.eye(3, dtype=np.int64), most=9) == []
    assert matrix[0, 0] == 5


def test_figures_of_nothing_are_drawn() -> None:
    """No photo and no part: a picture without marks, not an error."""
    none = np.zeros(0)
    for png in (
        plots.confusion_figure(np.zeros((3, 3), np.int64), ["a", "b", "c"], title="gate"),
        plots.confusion_figure(
            np.zeros((30, 30), np.int64), [str(label) for label in range(30)], title="gate"
        ),
        plots.recall_figure([], ["a", "b"]),
        plots.reliability_figure(reliability(none, none), photos=0),
        plots.risk_figure(risk_coverage(none, none), sure=0.9, share_sure=0.0, error_sure=None),
        plots.pictures_figure([], [], columns=4),
    ):
        assert min(size_of(png)) > 0
