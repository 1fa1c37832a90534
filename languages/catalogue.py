"""The catalogues, and which language a person gets.

They are Fluent files in `locales/`, a folder for each language; English is the source. `chat.ftl`
has what the bot says, `pages.ftl` and `dataset.ftl` what only the review pages say, `told.ftl` what
other programs said, and all share one space of names. A language is a subtag such as "de". A
person's own choice (/language) comes before their Telegram's language, or their browser's.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from languages.conventions import CONVENTIONS
from languages.messages import Messages, Written
from models.inference.percent import percent_number

LOCALES = Path(__file__).resolve().parent / "locales"
PARTS = ("chat", "pages", "dataset", "told")
"""The files of a language, in the order in which a message is looked for. Each is read only when
those before lack a message, so that a bot without pages never reads theirs."""
THINGS = LOCALES / "things.tsv"
SOURCE = "en"
LANGUAGES = {"en": "English", "es": "Español", "de": "Deutsch"}
"""The languages, each by its own name."""
CAPITALISES_NOUNS = frozenset({"de"})
_DAYS_AGO = 60
_UNITS_S = {"months": 30 * 86400, "weeks": 7 * 86400, "days": 86400, "hours": 3600, "minutes": 60}
_MOST_LISTED = 12
"""Most names in a sentence; beyond that it gives only the number of the rest."""

Value: TypeAlias = Any
"""A message's argument: a text, a whole number, or the result of `share` or `decimal`."""


class Words:
    """One language's catalogue, read when it is first needed."""

    def __init__(self, language: str, *, fallback: Words | None = None) -> None:
        self.language = language
        self._fallback = fallback
        self._fixed: dict[str, str] = {}
        """Messages that take no values: most buttons, which every answer has."""
        self._percents: dict[str, str] = {}

    def __call__(self, message_id: str, **values: Value) -> str:
        """The message in this language, in English where it is missing."""
        if values:
            return self._formatted(message_id, values)
        if message_id not in self._fixed:
            self._fixed[message_id] = self._formatted(message_id, values)
        return self._fixed[message_id]

    def _formatted(self, message_id: str, values: dict[str, Value]) -> str:
        messages = _holding(self.language, message_id)
        if messages is not None:
            return messages.format(message_id, values)
        if self._fallback is None:
            raise KeyError(message_id)
        return self._fallback(message_id, **values)

    def has(self, message_id: str) -> bool:
        """Whether there is such a message, for ids that code puts together from stored words."""
        return _holding(SOURCE, message_id) is not None

    def percent(self, probability: float) -> str:
        """A probability as people write it; never 0% or 100%, since no answer is certain."""
        number = percent_number(probability)
        if number not in self._percents:
            self._percents[number] = self("percent", value=number)
        return self._percents[number]

    def counted_share(self, value: float) -> str:
        """A share of what was counted, 0 to 1, in whole per cent: "98%"; "100%" and "0%" only
        where it is all or none, else "99.7%"."""
        digits = 1 if value not in (0, 1) and round(100 * value) in (0, 100) else 0
        return CONVENTIONS[self.language].percent(value, digits)

    def short_day(self, day: date) -> str:
        """A day of this year as a chart writes it: "Oct 28", "28. Okt."."""
        return self._day(day, "months-short", "day-of-year")

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long ago, in the largest whole unit; after two months the day itself."""
        passed = now - moment
        if passed.days >= _DAYS_AGO:
            return self._day(moment.date(), "months-short", "day-short")
        seconds = int(passed.total_seconds())
        for unit, long_s in _UNITS_S.items():
            if seconds >= long_s:
                return self(f"ago-{unit}", count=seconds // long_s)
        return self("just-now")

    def day(self, day: date) -> str:
        """ "November 5, 2026", "5. November 2026"."""
        return self._day(day, "months", "day-long")

    def _day(self, day: date, months: str, message_id: str) -> str:
        month = self.words(months)[day.month - 1]
        return self(message_id, day=str(day.day), month=month, year=str(day.year))

    def number(self, value: float) -> str:
        """A number as the language writes it, a fraction with four digits that count."""
        conventions = CONVENTIONS[self.language]
        return conventions.whole(value) if isinstance(value, int) else conventions.telling(value)

    def any_of(self, names: Sequence[str]) -> str:
        """ "a, b or c"; of very many some, and how many more."""
        if len(names) == 1:
            return names[0]
        if len(names) > _MOST_LISTED:
            return self.listed(names)
        return self("or", first=", ".join(names[:-1]), last=names[-1])

    def listed(self, names: Sequence[str]) -> str:
        """ "a, b, c"; of very many some, and how many more."""
        shown = ", ".join(names[:_MOST_LISTED])
        more = len(names) - _MOST_LISTED
        return self("and-more", names=shown, count=more) if more > 0 else shown

    def thing(self, name: str) -> str:
        """This language's name for a thing outside the labels, given by its English name."""
        return _things(self.language).get(name, name)

    def words(self, message_id: str) -> list[str]:
        """A message that lists words separated by commas."""
        return [word.strip() for word in self(message_id).split(",")]


@cache
def messages_of(language: str, part: str) -> Messages:
    """One file of a language."""
    text = (LOCALES / language / f"{part}.ftl").read_text(encoding="utf-8")
    return Messages(text, CONVENTIONS[language])


def _holding(language: str, message_id: str) -> Messages | None:
    files = (messages_of(language, part) for part in PARTS)
    return next((messages for messages in files if message_id in messages), None)


@cache
def _things(language: str) -> dict[str, str]:
    """The English names of ImageNet's thousand things, each with its name in a language."""
    with THINGS.open(encoding="utf-8", newline="") as table:
        return {row[SOURCE]: row[language] for row in csv.DictReader(table, delimiter="\t")}


class Languages:
    """All catalogues."""

    def __init__(self) -> None:
        source = Words(SOURCE)
        self._words = {
            code: source if code == SOURCE else Words(code, fallback=source) for code in LANGUAGES
        }

    def words(self, *codes: str | None) -> Words:
        """The catalogue of the first of these IETF codes ("pt-br", "de") that there is."""
        for code in codes:
            language = (code or "").replace("_", "-").partition("-")[0].lower()
            if language in self._words:
                return self._words[language]
        return self._words[SOURCE]

    def all(self) -> list[Words]:
        """Every catalogue, English first."""
        return list(self._words.values())


def share(value: float) -> Value:
    """A measured share, 0 to 1, for a message: "98.4%", "98,4 %"."""
    return Written(lambda conventions: conventions.percent(value, digits=1))


def decimal(value: float) -> Value:
    """A number with two decimals for a message: "0.31", "0,31"."""
    return Written(lambda conventions: conventions.decimal(value, digits=2))


def capitalised(text: str) -> str:
    """The text with its first letter large, the rest untouched."""
    return text[:1].upper() + text[1:]
