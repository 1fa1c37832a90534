"""Numbers and plurals as Unicode has them for each language: Babel, which is not installed with the
bot, holds the same data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from languages.catalogue import LANGUAGES, Languages
from languages.conventions import CONVENTIONS

babel = pytest.importorskip("babel")
dates = pytest.importorskip("babel.dates")
numbers = pytest.importorskip("babel.numbers")

every_language = pytest.mark.parametrize("language", list(LANGUAGES))
_WHOLE = [*range(25), 100, 101, 999, 1000, 1234, 9999, 10_000, 12_345, 999_999]
_WHOLE += [10**6, 10**6 + 1, 2 * 10**6, 123_456_789]
_FRACTIONS = [0.1, 0.25, 0.5, 0.98, 1.0, 1.5, 3.14159, 12.0, 99.94, 123.0, 512.25, 999.4]
_FRACTIONS += [0.0123456, 0.00004567, 0.000999949, 1e-9, 2.675, 0.125, 0.375, 1234.5, 98765.4]


@every_language
def test_whole_numbers(language: str) -> None:
    """Marks between the thousands."""
    conventions = CONVENTIONS[language]
    expected = [numbers.format_decimal(number, locale=language) for number in _WHOLE]
    assert expected == [conventions.whole(number) for number in _WHOLE]
    assert [f"-{one}" for one in expected[1:]] == [conventions.whole(-one) for one in _WHOLE[1:]]


@every_language
def test_fractions(language: str) -> None:
    """So many digits, or four that count."""
    conventions = CONVENTIONS[language]
    signed = [*_FRACTIONS, *(-one for one in _FRACTIONS)]
    assert [numbers.format_decimal(one, "#,##0.00", locale=language) for one in signed] == [
        conventions.decimal(one, 2) for one in signed
    ]
    assert [
        numbers.format_decimal(one, "@@##" if abs(one) < 1000 else "#,##0", locale=language)
        for one in signed
    ] == [conventions.telling(one) for one in signed]


@every_language
def test_shares(language: str) -> None:
    """The percent sign, and the space before it."""
    shape = str(babel.Locale(language).percent_formats[None].pattern).replace("##0", "##0.0")
    shares = [0.0, 0.005, 0.5, 0.98449, 0.9845, 0.98451, 0.9999, 1.0]
    expected = [numbers.format_percent(one, shape, language) for one in shares]
    assert expected == [CONVENTIONS[language].percent(one, 1) for one in shares]


@every_language
def test_plurals(language: str) -> None:
    """One, many, and the others."""
    plural = babel.Locale(language).plural_form
    assert [plural(one) for one in _WHOLE] == [CONVENTIONS[language].plural(one) for one in _WHOLE]


@every_language
def test_days_of_a_year(language: str) -> None:
    """Names of months, long and short."""
    words = Languages().words(language)
    for month in range(1, 13):
        day = date(2026, month, 3)
        assert dates.format_date(day, "long", locale=language) == words.day(day)
        assert dates.format_skeleton("MMMd", day, locale=language) == words.short_day(day)


@every_language
@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("minutes", timedelta(minutes=1)),
        ("hours", timedelta(hours=1)),
        ("days", timedelta(days=1)),
        ("weeks", timedelta(weeks=1)),
        ("months", timedelta(days=30)),
    ],
)
def test_how_long_ago(language: str, unit: str, one: timedelta) -> None:
    """In every unit that is used, one of it and several."""
    words = Languages().words(language)
    for count in (1, 2, 3):
        said = dates.format_timedelta(
            -count * one, add_direction=True, threshold=1, granularity=unit[:-1], locale=language
        )
        assert said == words(f"ago-{unit}", count=count)
