"""How an answer reads, in every language and for any labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from bot.speech.articles import SPOKEN_OTHERWISE, WITHOUT_ARTICLE
from bot.speech.wording import album_line, buttons, full_text, name_of, spelled
from dataset.storage.schema import Verdict
from languages.catalogue import LANGUAGES, THINGS, Languages, Words
from models.bundles.bundle import STARTER
from models.bundles.manifest import Manifest

STARTERS = Manifest.from_json((STARTER / "bundle.json").read_text("utf-8"))
OTHERS = Manifest(
    version="others",
    labels=("oak", "ash", "elm"),
    thresholds={"sure": 0.5, "outside": 0.5, "conformal": 0.5},
    names={"oak": {"en": "Oak tree"}},
)
"""Labels that share no noun, and most of which have no name."""

ONE_WITH_S = {
    "Bouvier des Flandres",
    "Great Pyrenees",
    "chest of drawers",
    "daddy longlegs",
    "triceratops",
}
"""Names that end like a plural and are of one thing."""


@dataclass(frozen=True)
class Seen:
    """What a classifier says of a photo."""

    label: str
    probability: float
    verdict: str
    probabilities: Mapping[str, float]
    candidates: Sequence[str] = ()
    looks_like: str | None = "Samoyed"
    is_incomplete: bool = False
    looked_again: bool = False
    is_preview: bool = False


def seen(label: str, verdict: Verdict, manifest: Manifest = STARTERS) -> Seen:
    """One label at 95%, the others next to nothing."""
    shares = {other: 0.95 if other == label else 0.02 for other in manifest.labels}
    others = [other for other in manifest.labels if other != label]
    return Seen(label, 0.95, verdict.value, shares, candidates=[label, others[0]])


@pytest.fixture(params=list(LANGUAGES))
def words(request: pytest.FixtureRequest) -> Words:
    """Each language in turn."""
    return Languages().words(request.param)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("manifest", [STARTERS, OTHERS], ids=["bears", "trees"])
def test_every_answer_names_the_label_as_the_dataset_spells_it(
    manifest: Manifest, verdict: Verdict, words: Words
) -> None:
    """In every language, a photo's answer and an album's have label and percentage."""
    for label in manifest.labels:
        answer = seen(label, verdict, manifest)
        for text in (full_text(answer, manifest, words), album_line(answer, manifest, words)):
            assert label in text.lower()
            assert words.percent(0.95) in text


WITH_A_NEW_LABEL = replace(STARTERS, labels=(*STARTERS.labels, "elephant"), noun={})
"""The bears after a model learned a label that has no name: they share no noun any more."""


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.SURE, "Teddy bear, 95%"),
        (Verdict.UNSURE, "Teddy bear, black bear or elephant: I can't tell"),
    ],
)
def test_a_new_label_leaves_the_other_names_as_they_were(verdict: Verdict, said: str) -> None:
    """Neither a doubled name nor a capital inside a sentence."""
    answer = replace(
        seen("teddy", verdict, WITH_A_NEW_LABEL), candidates=["teddy", "black", "elephant"]
    )
    first, _, *bars = full_text(answer, WITH_A_NEW_LABEL, Languages().words("en")).split("\n")
    assert first == said
    assert bars[0].endswith("95% teddy bear")


def test_names_inside_a_sentence_do_not_hang_on_a_label_without_one(words: Words) -> None:
    """In every language, what a new label changes is its own name."""
    named = {"elephant": {"en": "elephant", "es": "elefante", "de": "Elefant"}}
    with_a_name = replace(WITH_A_NEW_LABEL, names={**STARTERS.names, **named})
    for label in STARTERS.labels:
        called = name_of(label, STARTERS, words)
        assert name_of(label, WITH_A_NEW_LABEL, words) == called
        assert name_of(label, with_a_name, words) == called
        assert spelled(label, WITH_A_NEW_LABEL, words) == spelled(label, STARTERS, words)
    assert spelled("elephant", WITH_A_NEW_LABEL, words) == "elephant"


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        ("wool", "like wool\n"),
        ("jeans", "like jeans\n"),
        ("mashed potato", "like mashed potato\n"),
        ("Samoyed", "like a Samoyed\n"),
        ("umbrella", "like an umbrella\n"),
        ("unicycle", "like a unicycle\n"),
        ("hourglass", "like an hourglass\n"),
        ("Great Pyrenees", "like a Great Pyrenees\n"),
    ],
)
def test_a_thing_has_the_article_that_it_takes(thing: str, said: str) -> None:
    """A plural and what is not counted have none; the sound decides, not the letter."""
    answer = replace(seen("teddy", Verdict.OUTSIDE), looks_like=thing)
    assert said in full_text(answer, STARTERS, Languages().words("en"))


def test_every_exception_is_one_of_the_thousand_things() -> None:
    """So none is misspelled or left over; every plural among them is looked at."""
    with THINGS.open(encoding="utf-8") as table:
        names = {line.split("\t")[0] for line in table}
    assert len(names) > 950
    assert names >= WITHOUT_ARTICLE | set(SPOKEN_OTHERWISE)
    plurals = {name for name in names if re.search(r"[^suia]s$", name)}
    assert plurals - WITHOUT_ARTICLE == ONE_WITH_S


def test_an_answer_that_a_second_look_changed_says_so(words: Words) -> None:
    """In every language, of a photo alone and in an album, before what else is to be said of it."""
    plain = seen("teddy", Verdict.SURE)
    for text_of in (full_text, album_line):
        looked = text_of(replace(plain, looked_again=True), STARTERS, words)
        assert looked.startswith(text_of(plain, STARTERS, words))
        assert looked.endswith(words("looked-again"))
        both = text_of(replace(plain, looked_again=True, is_incomplete=True), STARTERS, words)
        assert both.startswith(looked)
        assert both.endswith(words("incomplete"))


def test_bars_are_in_the_persons_language() -> None:
    """The first line and the bars name a bear alike."""
    text = full_text(seen("black", Verdict.SURE), STARTERS, Languages().words("de"))
    first, _, *bars = text.split("\n")
    assert first == "Schwarzbär (black), 95\u00a0%"
    assert [bar.split(" ", 1)[1] for bar in bars] == [
        "95\u00a0% Schwarzbär",
        "2\u00a0% Grizzlybär",
        "2\u00a0% Teddybär",
    ]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [(STARTERS, "It is a bear"), (OTHERS, "It is one of these")],
    ids=["bears", "trees"],
)
def test_a_refusal_can_be_contradicted(manifest: Manifest, said: str) -> None:
    """The button names what the labels are, where the dataset says so."""
    answer = seen(manifest.labels[0], Verdict.OUTSIDE, manifest)
    keys = buttons(1, answer, manifest, Languages().words("en")).inline_keyboard
    assert [key.text for row in keys for key in row] == ["Right", said, "Why?"]
