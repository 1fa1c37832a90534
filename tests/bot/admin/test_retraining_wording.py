"""What the chat says when a retraining has ended, and what it offers."""

from __future__ import annotations

from typing import Any

import pytest

from bot.admin.retraining.wording import end_buttons, end_text, progress_text
from dataset.storage.schema import Retraining, RetrainingStatus
from languages.catalogue import Languages
from languages.reasons import check_sentences


def ended(status: RetrainingStatus, **metrics: Any) -> Retraining:
    return Retraining(
        id=7, status=status, candidate="new", reason="Held: so.", blind_spot="", metrics=metrics
    )


def offered(row: Retraining) -> list[str]:
    """The verbs of the buttons below the message."""
    keyboard = end_buttons(row, Languages().words("en"))
    rows = keyboard.inline_keyboard if keyboard else ()
    return [str(key.callback_data).split(":")[2] for keys in rows for key in keys]


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_a_hold_says_what_an_admin_can_do(language: str) -> None:
    """The reason is followed by what helps, in the admin's language."""
    text = end_text(ended(RetrainingStatus.HELD), Languages().words(language))
    assert "Held: so." in text
    assert "/retrain force" in text.splitlines()[-1]


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_a_cancelled_run_says_so_once(language: str) -> None:
    """The row's own sentence is the same again."""
    row = ended(RetrainingStatus.CANCELLED)
    row.reason = "Cancelled; the model in use stays."
    assert len(end_text(row, Languages().words(language)).splitlines()) == 1


@pytest.mark.parametrize(
    ("language", "share"), [("en", "40%"), ("es", "40\u00a0%"), ("de", "40\u00a0%")]
)
def test_progress_is_written_as_the_language_writes_shares(language: str, share: str) -> None:
    """No line breaks before the sign."""
    row = ended(RetrainingStatus.RUNNING)
    row.progress, row.stage = 0.4, "training"
    assert progress_text(row, Languages().words(language)).splitlines()[1].endswith(f" {share}")


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 test photo,", "2 test photos,"),
        ("es", "1 foto de prueba,", "2 fotos de prueba,"),
        ("de", "1 Testfoto,", "2 Testfotos,"),
    ],
)
@pytest.mark.parametrize("passed", [True, False])
def test_a_label_may_have_one_test_photo(language: str, one: str, many: str, passed: bool) -> None:
    """Whether a check of the gate was passed or not."""
    said = []
    for photos in (1, 2):
        facts = {"label": "teddy", "photos": photos, "before": 1.0, "after": 1.0, "lost": 0}
        check = {"name": "recall of teddy", "passed": passed, "facts": facts}
        said += check_sentences(check, Languages().words(language))
    assert one in said[0]
    assert many in said[1]


def test_photos_in_question_have_a_button() -> None:
    """Set aside or lost photos can be opened from the message; a published model taken back."""
    aside = {"set_aside": [{"photos": [1]}]}
    assert offered(ended(RetrainingStatus.HELD)) == []
    assert offered(ended(RetrainingStatus.HELD, lost=[3])) == ["doubted"]
    assert offered(ended(RetrainingStatus.HELD, **aside)) == ["doubted"]
    assert offered(ended(RetrainingStatus.PUBLISHED, lost=[3])) == ["goback"]
    assert offered(ended(RetrainingStatus.PUBLISHED, **aside)) == ["doubted", "goback"]


CHECKS = [
    {"name": "test labels", "facts": {"before": 0.9, "after": 0.7}},
    {"name": "above chance", "facts": {"after": 0.5, "floor": 0.7}},
    {
        "name": "accuracy",
        "facts": {
            "photos": 60,
            "before": 0.95,
            "after": 0.9,
            "won": 1,
            "lost": 4,
            "others": 0,
            "others_won": 0,
            "others_lost": 0,
        },
    },
    {
        "name": "recall of teddy",
        "facts": {"label": "teddy", "photos": 20, "before": 1.0, "after": 0.8, "lost": 4},
    },
    {"name": "log loss", "facts": {"photos": 60, "rise": 0.04}},
    {"name": "other things", "facts": {"photos": 100, "before": 0.98, "after": 0.8}},
    {"name": "refusals", "facts": {"before": 0.02, "after": 0.2}},
    {
        "name": "better on what is new",
        "facts": {
            "reviewed": 5,
            "reviewed_before": 3,
            "reviewed_after": 3,
            "added": 7,
            "added_before": 6,
            "added_after": 6,
        },
    },
]


def run(status: RetrainingStatus, *, passed: bool) -> Retraining:
    """A run with every check, and something set aside of every kind."""
    checks = [check | {"passed": passed, "sentence": "In English."} for check in CHECKS]
    kinds = [("person", "4"), ("person", "0"), ("reviewer", "5"), ("reviewer", "0")]
    kinds.append(("folder", "new"))
    row = ended(
        status,
        checks=checks,
        candidate={"n": 60, "accuracy": 0.9},
        champion={"accuracy": 0.95},
        unseen={"thin": ["teddy"], "outsiders": False},
        set_aside=[
            {"kind": kind, "name": name, "count": 3, "reviewers": [5, 0]} for kind, name in kinds
        ],
        notes=["The GPU failed (no driver): it learned on the CPU instead."],
    )
    row.decision = "publish" if passed else "hold"
    return row


@pytest.mark.parametrize("language", ["es", "de"])
@pytest.mark.parametrize("status", [RetrainingStatus.PUBLISHED, RetrainingStatus.HELD])
@pytest.mark.parametrize("passed", [True, False])
def test_a_gates_reasons_are_said_in_the_admins_language(
    language: str, status: RetrainingStatus, passed: bool
) -> None:
    """All that failed, or what is better; never a sentence of the run's, nor one of English."""
    row = run(status, passed=passed)
    said = end_text(row, Languages().words(language)).splitlines()
    english = set(end_text(row, Languages().words("en")).splitlines())
    assert set() == set(said) & english
    assert not {"In English.", "Held: so."} & english
    assert len(said) == len(english)
    assert (len(said) > 13) == (not passed)


@pytest.mark.parametrize(
    ("name", "reviewers", "said"),
    [
        ("33", [2], "photos of person 33, given by reviewer 2."),
        ("33", [2, 0], "person 33, given by reviewer 2, a reviewer who is forgotten."),
        ("0", [0], "of a person who is forgotten, given by a reviewer who is forgotten."),
        ("33", None, "photos of person 33."),
        ("33", "agreed", "person 33, given by several people who agreed or a file."),
    ],
)
def test_what_was_set_aside_names_who_gave_the_labels(
    name: str, reviewers: list[int] | str | None, said: str
) -> None:
    """The person whose photos they are has not given them; a run of old names no reviewer."""
    aside = {"kind": "person", "name": name, "count": 1}
    if reviewers == "agreed":
        aside["agreed"] = True
    elif reviewers is not None:
        aside["reviewers"] = reviewers
    row = ended(RetrainingStatus.HELD, checks=CHECKS, set_aside=[aside])
    row.decision = "hold"
    assert said in end_text(row, Languages().words("en"))


def test_what_new_labels_do_to_the_others_is_said_once() -> None:
    """However many they are; what each of them takes is its own."""
    new = {"photos": 20, "right": 19, "others": 61, "before": 0.98, "after": 0.97}
    labels = [
        {**new, "label": "oak", "takes": {"ash": 1}},
        {**new, "label": "elm", "takes": {}},
    ]
    row = ended(RetrainingStatus.PUBLISHED, checks=CHECKS, new_labels=labels)
    said = end_text(row, Languages().words("en"))
    assert said.count("The other labels:") == 1
    assert said.count("oak") == 2
