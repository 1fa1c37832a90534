"""Three languages, complete, for the chat and for the pages."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any, get_args

import numpy as np
import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.admin.retraining.wording import STAGES
from dataset.conversation.claims.label_names import COMMANDS
from dataset.conversation.claims.settling import BY_ADMIN, BY_QUORUM, BY_TEACHING
from dataset.errors import LabelProblem
from dataset.export.names import FORMATS
from dataset.reviewing.browsing import Order, Shelf
from dataset.storage.schema import ClaimStatus, QueueReason, RetrainingStatus, Split, Verdict
from languages.catalogue import (
    LANGUAGES,
    LOCALES,
    PARTS,
    SOURCE,
    Languages,
    decimal,
    share,
)
from languages.scripts import PREFIX, sentences
from models.bundles.bundle import STARTER
from models.errors import PhotoProblem
from review.errors import Refused
from review.pages.cards import SUSPICIONS
from review.pages.dataset.health import TABLES
from tests.conftest import REPOSITORY

OTHERS = [code for code in LANGUAGES if code != SOURCE]

# Parts of message ids that code puts together: what follows is a code or a stored word.
_BY = [BY_ADMIN, BY_QUORUM, BY_TEACHING]
_COMPOSED = {
    "photo-": list(get_args(PhotoProblem)),
    "claim-": ["right", "none", "other"],
    "verdict-": ["sure", "unsure", "outside"],
    "command-": None,
    "stage-": ["starting", *STAGES],
    "retrain-": [status.value.replace("_", "-") for status in RetrainingStatus],
    "stats-": ["sure", "unsure", "outside", "disputed"],
    "outside": ["", "-only", "-any", "-any-only"],
    "refused-": [kind.code.replace("_", "-") for kind in Refused.__subclasses__()],
    "heading-": [400, 403, 404, 500, 503, *(shelf.value for shelf in Shelf)],
    "empty-": [f"{shelf.value}{end}" for shelf in Shelf for end in ("", "-text")],
    "no-match": ["-text"],
    "bad-label-": list(get_args(LabelProblem)),
    "step-": None,
    "filter-": None,
    "sort-": [order.value for order in Order],
    "split-": [split.value for split in Split],
    "reason-": [f"{one.value}{end}" for one in QueueReason for end in ("", "-short")],
    "suspicion-": [
        f"{one.replace('_', '-')}{end}" for one in SUSPICIONS for end in ("", "-short", "-badge")
    ],
    "answer-": [f"{verdict.value}{end}" for verdict in Verdict for end in ("", "-short")],
    "origin-": ["add", "collect", "verdict", *(f"verdict-{by}" for by in _BY)],
    "via-": ["web", "chat", "file", "teach"],
    "action-": None,
    "metric-": None,
    "status-": [status.value.replace("_", "-") for status in RetrainingStatus],
    "trigger-": ["command", "schedule", "shell"],
    "decision-": ["publish", "hold"],
    "run-": ["champion", "candidate"],
    "script-": ["gone", "taken"],
    "mark-": ["yes", "no"],
    "add-figure-": ["added", "duplicate", "conflict", "unreadable", "forgotten"],
    "health-": [f"{name}{end}" for name in TABLES for end in ("", "-text")],
    "size-": ["small", "medium", "large", "huge"],
    "source-": ["others"],
    "group-": ["alone", "grouped"],
    "age-": ["week", "month", "half-year", "year", "older"],
    "finding-no-": ["gate", "valid"],
    "figures-": ["tested-is", "lived-is"],
    "claims-": [status.value for status in ClaimStatus],
    "export-": list(FORMATS),
    "ago-": ["minutes", "hours", "days", "weeks", "months"],
    "told-": None,
    "detail-": None,
    "subject-": None,
}
_SAID_BY_SCRIPTS = re.compile(r"\"([a-z][a-z-]*)\"")


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


@cache
def catalogue(language: str) -> dict[str, set[str]]:
    """Message ids and the variables of each."""
    text = "\n".join(
        (LOCALES / language / f"{part}.ftl").read_text(encoding="utf-8") for part in PARTS
    )
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
    """Every text in the rooms' code, templates and scripts that is a message id, and those that
    code composes."""
    source = catalogue(SOURCE)
    texts: set[str] = set()
    for room in ("bot", "review", "languages"):
        for path in (REPOSITORY / room).rglob("*"):
            if path.suffix in (".py", ".html"):
                text = path.read_text(encoding="utf-8")
                texts.update(re.findall(r"[\"']([a-z][a-z_-]*)[\"']", text))
            elif path.suffix == ".js":
                text = path.read_text(encoding="utf-8")
                texts.update(PREFIX + name for name in _SAID_BY_SCRIPTS.findall(text))
    for prefix, endings in _COMPOSED.items():
        if endings is None:
            texts.update(name for name in source if name.startswith(prefix))
        else:
            texts.update(f"{prefix}{ending}" for ending in endings)
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
    """Only the English article, wording helpers and what is in English itself may be dropped."""
    source = catalogue(SOURCE)
    missing = {name: source[name] - got for name, got in catalogue(language).items()}
    assert {name: names for name, names in missing.items() if names} == {
        "looks-like": {"kind"},
        "told-file-stranger": {"stranger"},
        "told-file-tiff": {"what"},
    }


def test_every_message_is_said_somewhere() -> None:
    """The catalogue holds no sentence that the bot never says."""
    assert set(catalogue(SOURCE)) - ids_in_code() == set()


def test_no_label_can_be_called_as_a_command() -> None:
    """The names that labels may not have are those of the menus."""
    named = {name for name in catalogue(SOURCE) if name.startswith("command-")}
    assert {name.removeprefix("command-") for name in named} == COMMANDS


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_message_can_be_formatted(language: str) -> None:
    """No message fails, and none shows a placeholder."""
    words = Languages().words(language)
    for name, variables in catalogue(language).items():
        text = words(name, **{variable: "3" for variable in variables})
        assert text
        assert "{" not in text


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("value", ["Samojede", "none", 1, 2, 12_345, 1_000_000])
def test_every_message_reads_as_fluent_s_own_library_has_it(
    language: str, value: str | int
) -> None:
    """The bot takes only Fluent's parser along: choices, quoted texts and line ends come out the
    same."""
    words, theirs = Languages().words(language), _of_fluent(language)
    for name, variables in catalogue(language).items():
        values = dict.fromkeys(variables, value)
        expected, errors = theirs.format_pattern(theirs.get_message(name).value, values)
        assert (expected, []) == (words(name, **values), errors)


@cache
def _of_fluent(language: str) -> Any:
    runtime = pytest.importorskip("fluent.runtime")
    found = runtime.FluentBundle([language], use_isolating=False)
    for part in PARTS:
        text = (LOCALES / language / f"{part}.ftl").read_text(encoding="utf-8")
        found.add_resource(runtime.FluentResource(text))
    return found


def test_a_value_of_any_length_is_said() -> None:
    """A label, or what somebody wrote, may be long."""
    long = "bear " * 2000
    assert f"{long}, 99%" == Languages().words("en")("sure", name=long, percent="99%")


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
    texts = [text.partition(": ")[2] for text in said]
    assert expected == [*texts, words.day(autumn), words.short_day(autumn)]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [(1, "1 aceptada, 2 pendientes, 1 rechazada; 1 foto espera revisión"), (3, "3 aceptadas")],
)
def test_spanish_counts_in_singular_and_plural(accepted: int, expected: str) -> None:
    """One is accepted, two are."""
    words = Languages().words("es")
    said = words("stats-claims", accepted=accepted, pending=2, rejected=1, waiting=1)
    assert expected in said


_PLURALS = {
    "en": "photos|others|labels|corrections|points|examples|files|minutes|days|models",
    "de": r"\w*[Ff]otos|Labels|Korrekturen|Punkten|Beispiele|Dateien|Minuten|Tagen?|Modelle",
    "es": "fotos|otras|etiquetas|correcciones|puntos|ejemplos|archivos|minutos|días|modelos",
}
_ALWAYS_SEVERAL = {
    "teach-began-new",
    "teach-full",
    "stats-title",
    "figures-days",
    "bad-too-many",
    "script-add-too-many",
    "finding-uneven",
}


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_one_is_never_several(language: str) -> None:
    """No message says "1 photos", but for those that are given fixed and larger numbers, and what
    other programs have said already."""
    words = Languages().words(language)
    several = re.compile(rf"\b1 (?:test |fotos de )?(?:{_PLURALS[language]})\b")
    said = {
        name: words(name, **dict.fromkeys(variables, 1))
        for name, variables in catalogue(language).items()
        if name not in _ALWAYS_SEVERAL and not name.startswith("told-")
    }
    assert [] == [name for name, text in said.items() if several.search(text)]


@pytest.mark.parametrize("language", ["de", "es"])
def test_a_line_never_breaks_before_the_percent_sign(language: str) -> None:
    """No message has a plain space there."""
    for part in PARTS:
        assert " %" not in (LOCALES / language / f"{part}.ftl").read_text(encoding="utf-8")


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


@pytest.mark.parametrize(
    ("language", "ages"),
    [
        ("en", ["just now", "5 minutes ago", "23 hours ago", "2 days ago", "Nov 2, 2025"]),
        ("de", ["gerade eben", "vor 5 Minuten", "vor 23 Stunden", "vor 2 Tagen", "2. Nov. 2025"]),
        ("es", ["ahora mismo", "hace 5 minutos", "hace 23 horas", "hace 2 días", "2 nov 2025"]),
    ],
)
def test_how_long_ago_is_said_as_the_language_says_it(language: str, ages: list[str]) -> None:
    """Whole units, the largest that fits; long ago is a day."""
    now = datetime(2026, 11, 2, 12, tzinfo=timezone.utc)
    passed = [
        timedelta(seconds=59),
        timedelta(seconds=359),
        timedelta(hours=23, minutes=59),
        timedelta(days=2, hours=23),
        timedelta(days=365),
    ]
    words = Languages().words(language)
    assert ages == [words.ago(now - one, now) for one in passed]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", ["0.95", "0.01235", "5,000"]), ("de", ["0,95", "0,01235", "5.000"])],
)
def test_figures_are_written_as_the_language_writes_them(language: str, shown: list[str]) -> None:
    """Four digits that count, and marks between the thousands."""
    words = Languages().words(language)
    assert shown == [words.number(value) for value in (0.95, 0.0123456, 5000)]


def test_scripts_get_each_sentence_with_its_plurals_and_its_blanks() -> None:
    """A script puts the values in, and chooses the form by the number."""
    said = sentences(Languages().words("de"))
    assert said["ask"] == {
        "one": "{count} Foto „{what}“ nennen?",
        "other": "{count} Fotos „{what}“ nennen?",
    }
    assert said["place"] == "{place} von {photos}"
    for words in Languages().all():
        assert "other" in sentences(words)["given"]
