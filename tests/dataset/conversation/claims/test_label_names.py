"""Which names a label may have, wherever it enters."""

from __future__ import annotations

import unicodedata

import pytest

from dataset.conversation.claims.label_names import check_label
from dataset.errors import InvalidLabel


@pytest.mark.parametrize(
    "label",
    [
        "grizzly",
        "teddy bear",
        "a_b-c",
        "l’ours",
        "हिन्दी",
        "क्\u200dष",
        "ไทยครับ",
        "தமிழ்",
        "عَرَبي",
        "熊",
        "7",
    ],
)
def test_letters_of_any_script_are_a_label(label: str) -> None:
    """With the marks that belong to them: most words of Hindi, Thai and Tamil have some."""
    assert label == check_label(label)


def test_one_name_has_one_form() -> None:
    """macOS takes accents apart; what is kept compares."""
    assert "café" == check_label(unicodedata.normalize("NFD", "café"))


@pytest.mark.parametrize(
    "label",
    [
        "",
        "../x",
        "a/b",
        "a\nb",
        "_a",
        "a-",
        " a",
        "\u0301a",
        "a\u200db",
        "a\u202eb",
        "🐻",
        "x" * 65,
    ],
)
def test_nothing_else_is(label: str) -> None:
    """No paths, no invisible characters, no name of marks alone."""
    with pytest.raises(InvalidLabel, match="A label is letters and digits"):
        check_label(label)
