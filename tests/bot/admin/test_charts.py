"""The picture of /stats."""

from __future__ import annotations

import io
from datetime import date, timedelta

import numpy as np
from PIL import Image, ImageColor

from bot.admin.charts import COLOURS, LEGEND_PX, SIZE, days_chart
from dataset.reviewing.stats import Answered, ModelUse

FIRST = date(2026, 1, 1)
LEGEND = {"sure": "sure", "unsure": "unsure", "outside": "none of them", "disputed": "disputed"}


def pixels_of(picture: bytes, colour: str) -> int:
    """How many pixels of the chart, legend left out, have exactly this colour."""
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == SIZE
        chart = np.asarray(image.convert("RGB"))[: SIZE[1] - LEGEND_PX]
    return int((chart == ImageColor.getrgb(colour)).all(axis=2).sum())


def test_bars_grow_with_their_counts() -> None:
    """Twice as many sure answers as unsure ones fill twice the area."""
    days = {FIRST + timedelta(days=n): Answered(sure=20, unsure=10) for n in range(30)}
    picture = days_chart(days, [], title="Answers a day", legend=LEGEND, day_name=str)
    sure, unsure = pixels_of(picture, COLOURS["sure"]), pixels_of(picture, COLOURS["unsure"])
    assert abs(sure / unsure - 2) < 0.2


def test_disputes_are_dots() -> None:
    """A day with disputed answers has a dot, one without has none."""
    quiet = {FIRST: Answered(sure=5)}
    disputed = {FIRST: Answered(sure=5, disputed=2)}
    for days, has_dot in ((quiet, False), (disputed, True)):
        picture = days_chart(days, [], title="t", legend=LEGEND, day_name=str)
        assert (pixels_of(picture, COLOURS["disputed"]) > 0) is has_dot


def names_drawn(*versions: str) -> bytes:
    """The picture of three weeks in which these models answered on one day, one after another."""
    days = {FIRST + timedelta(days=n): Answered(sure=1) for n in range(21)}
    day = FIRST + timedelta(days=9)
    models = [
        ModelUse(version=version, first_day=day, last_day=day, answered=Answered())
        for version in versions
    ]
    return days_chart(days, models, title="t", legend=LEGEND, day_name=str)


def test_names_of_models_of_one_day_do_not_lie_over_each_other() -> None:
    """Only the last of them is named, and its short form tells it from the others."""
    first, second = "20260110-081500-head-1a2b3c4d", "20260110-195302-head-5e6f7a8b"
    assert names_drawn(first, second) == names_drawn(second)
    assert names_drawn(first) != names_drawn(second)


def test_days_without_answers_take_no_room() -> None:
    """Between two days with answers lie as few as if the others had not been."""
    begun, ended = {FIRST: Answered(sure=5)}, {FIRST + timedelta(days=9): Answered(sure=3)}
    silent = {FIRST + timedelta(days=n): Answered() for n in range(1, 9)}
    use = ModelUse(
        version="starter",
        first_day=FIRST,
        last_day=FIRST + timedelta(days=9),
        answered=Answered(sure=8),
    )
    with_them, without = (
        days_chart(days, [use], title="t", legend=LEGEND, day_name=str)
        for days in (begun | silent | ended, begun | ended)
    )
    assert without == with_them


def test_empty_days_and_long_names_are_drawn() -> None:
    """Days without a photo and models outside the window do not matter."""
    days = {FIRST + timedelta(days=n): Answered() for n in range(3)}
    old = ModelUse(
        version="a-version-whose-name-is-longer-than-its-time",
        first_day=FIRST - timedelta(days=9),
        last_day=FIRST,
        answered=Answered(),
    )
    gone = ModelUse(
        version="gone",
        first_day=FIRST - timedelta(days=9),
        last_day=FIRST - timedelta(days=8),
        answered=Answered(),
    )
    picture = days_chart(days, [old, gone], title="Answers a day", legend=LEGEND, day_name=str)
    assert pixels_of(picture, COLOURS["sure"]) == 0
