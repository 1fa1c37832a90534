"""Three languages, complete, and a person's own choice."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import bot as bot_room
from bot.admin.retraining.wording import STAGES
from bot.speech.language import LANGUAGES, LOCALES, SOURCE, Languages, day, decimal, share
from dataset.storage.schema import RetrainingStatus
from models.bundles.bundle import STARTER
from models.errors import PhotoProblem
from tests.bot.running import Person, RunningBot, photo

OTHERS = [code for code in LANGUAGES if code != SOURCE]

# Parts of message ids that code puts together: what follows is a code or a stored word.
_COMPOSED = {
    "photo-": list(get_args(PhotoProblem)),
    "claim-": ["right", "none", "other"],
    "verdict-": ["sure", "unsure", "outside"],
    "command-": None,
    "stage-": ["starting", *STAGES],
    "retrain-": [status.value.replace("_", "-") for status in RetrainingStatus],
    "stats-": ["sure", "unsure", "outside", "disputed"],
    "outside": ["", "-only", "-any", "-any-only"],
}


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


def catalogue(language: str) -> dict[str, set[str]]:
    """Message ids and the variables of each."""
    text = (LOCALES / f"{language}.ftl").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse(text).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, f"{entry.id.name} is there twice"
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def ids_in_code() -> set[str]:
    """Every text in the room's code that is a message id, and those that code composes."""
    source = catalogue(SOURCE)
    folder = Path(bot_room.__file__).parent
    texts: set[str] = set()
    for path in folder.rglob("*.py"):
        texts.update(re.findall(r"[\"']([a-z][a-z_-]*)[\"']", path.read_text(encoding="utf-8")))
    for prefix, endings in _COMPOSED.items():
        if endings is None:
            texts.update(name for name in source if name.startswith(prefix))
        else:
            texts.update(prefix + ending for ending in endings)
    return texts


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_every_message_and_no_other(language: str) -> None:
    """Nothing is left in English, nothing is translated that nobody says."""
    assert set(catalogue(SOURCE)) == set(catalogue(language))


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_uses_only_variables_that_it_is_given(language: str) -> None:
    """English names every variable; a translation may need fewer, never others."""
    source = catalogue(SOURCE)
    extra = {name: got - source[name] for name, got in catalogue(language).items()}
    assert {name: names for name, names in extra.items() if names} == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_leaves_nothing_out_that_a_person_needs(language: str) -> None:
    """Only the English article and wording helpers may be dropped."""
    source = catalogue(SOURCE)
    missing = {name: source[name] - got for name, got in catalogue(language).items()}
    assert {name: names for name, names in missing.items() if names} == {"looks-like": {"kind"}}


def test_every_message_is_said_somewhere() -> None:
    """The catalogue holds no sentence that the bot never says."""
    assert set(catalogue(SOURCE)) - ids_in_code() == set()


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_message_can_be_formatted(language: str) -> None:
    """No message fails, and none shows a placeholder."""
    words = Languages().words(language)
    for name, variables in catalogue(language).items():
        text = words(name, **{variable: "3" for variable in variables})
        assert text
        assert "{" not in text


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.9999, "99%"), (0.974, "97%"), (0.5, "50%"), (0.006, "1%"), (0.0001, "<1%")],
)
def test_percentages_claim_neither_certainty_nor_impossibility(
    probability: float, expected: str
) -> None:
    """No answer says 100% or 0%."""
    assert expected == Languages().words("en").percent(probability)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["98.4%", "0.31", "November 5, 2026", "Nov 5"]),
        ("de", ["98,4\u00a0%", "0,31", "5. November 2026", "5. Nov."]),
        ("es", ["98,4\u00a0%", "0,31", "5 de noviembre de 2026", "5 nov"]),
    ],
)
def test_numbers_and_days_are_written_as_the_language_writes_them(
    language: str, expected: list[str]
) -> None:
    """Decimal sign, the space before %, and the order of a date."""
    words = Languages().words(language)
    autumn = date(2026, 11, 5)
    said = [words("stats-model", version=value) for value in (share(0.984), decimal(0.314))]
    said.append(words("stats-model", version=day(autumn)))
    texts = [text.partition(": ")[2] for text in said]
    assert expected[:3] == texts
    assert expected[3] == words.short_day(autumn)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [(1, "1 aceptada, 2 pendientes, 1 rechazada; 1 foto espera revisión"), (3, "3 aceptadas")],
)
def test_spanish_counts_in_singular_and_plural(accepted: int, expected: str) -> None:
    """One is accepted, two are."""
    words = Languages().words("es")
    said = words("stats-claims", accepted=accepted, pending=2, rejected=1, waiting=1)
    assert expected in said


@pytest.mark.parametrize("language", ["de", "es"])
def test_a_line_never_breaks_before_the_percent_sign(language: str) -> None:
    """No message has a plain space there."""
    assert " %" not in (LOCALES / f"{language}.ftl").read_text(encoding="utf-8")


def test_language_by_argument(person: Person) -> None:
    """/language de speaks German from then on, whatever Telegram is set to."""
    assert person.ask("/language de") == "Von jetzt an spreche ich Deutsch."
    person.show(photo())
    assert person.hear()["text"].startswith("Grizzlybär (grizzly), 97\u00a0%")


def test_language_by_button(person: Person) -> None:
    """/language alone offers the languages by their own names."""
    said = person.say("/language")
    person.seen = said["message_id"]
    offer = person.hear()
    person.press(offer, "Español")
    person.again(offer, until=lambda now: now["text"] == "Desde ahora hablo español.")
    assert person.ask("hola").startswith("Mándame una foto")


def test_a_language_nobody_speaks_is_told_so(person: Person) -> None:
    """/language tlh lists those there are."""
    assert person.ask("/language tlh").startswith("I don't speak that one.")


def test_corrections_are_understood_and_answered_in_the_persons_language(
    bot: RunningBot,
) -> None:
    """The whole conversation is in one language."""
    person = bot.person(language_code="de")
    person.show(photo())
    person.hear()
    assert person.ask("/wrong Schwarzbär").startswith("Notiert: Schwarzbär. Danke!")
    assert person.hear()["text"].startswith("Darf ich die Fotos speichern")
    assert person.ask("/wrong nichts").startswith("Notiert: nichts davon.")


def test_every_thing_of_the_starter_has_a_name_in_every_language() -> None:
    """What a photo looks like instead is said in the person's language as well."""
    with np.load(STARTER / "reference.npz") as reference:
        names = [str(name) for name in reference["imagenet_names"]]
    for words in Languages().all():
        called = [words.thing(name) for name in names]
        assert len(names) == len({one for one in called if one.strip()}), words.language
    assert "Samojede" == Languages().words("de").thing("Samoyed")
    assert "perro samoyedo de otra parte" == Languages().words("es").thing(
        "perro samoyedo de otra parte"
    )
