"""The picture of /stats, drawn with Pillow: the light bot carries no plotting library."""

from __future__ import annotations

import io
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date

from PIL import Image, ImageDraw, ImageFont

from dataset.reviewing.stats import Answered, ModelUse

SIZE = (800, 720)
"""A phone shows it half as large: letters of 24 pixels are 12 there."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 24, 84, 208
LEGEND_PX = 90
"""Height of the legend, below everything else."""
_TITLE_PX, _TEXT_PX, _SMALL_PX = 32, 24, 21
_WIDEST_PX = 90
_PAPER, _INK, _FAINT = "#fbfaf7", "#2b2a28", "#d9d5cc"
COLOURS = {"sure": "#3f7d58", "unsure": "#e0a83c", "outside": "#8a93a6", "disputed": "#c0392b"}
_GRID_LINES = 4
_NAME_PX, _NAME_GAP_PX, _LEAST_LETTERS = 100, 6, 4


def days_chart(
    days: dict[date, Answered],
    models: list[ModelUse],
    *,
    title: str,
    legend: dict[str, str],
    day_name: Callable[[date], str],
) -> bytes:
    """Answers per day as stacked bars by verdict, disputed ones as dots, models under the axis.

    Days without answers are left out. `legend` names the four kinds and `day_name` a day, in the
    reader's language. Returns a PNG.
    """
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((24, 22), title, font=_fitting(draw, title, SIZE[0] - 48), fill=_INK)
    _draw_legend(draw, legend)
    days = {day: answered for day, answered in days.items() if answered.total or answered.disputed}
    top = _round_up(max((day.total for day in days.values()), default=0))
    _draw_grid(draw, top)
    width = min(_WIDEST_PX, (SIZE[0] - _LEFT - _RIGHT) / max(1, len(days)))
    room = max((draw.textlength(day_name(day), font=_font(_SMALL_PX)) for day in days), default=0)
    every = max(1, math.ceil((room + 12) / width))
    for place, (day, answered) in enumerate(days.items()):
        left = _LEFT + place * width
        _draw_day(draw, left, width, answered, top)
        if place % every == 0:
            under = (left + width / 2, _floor() + 8)
            draw.text(under, day_name(day), font=_font(_SMALL_PX), fill=_INK, anchor="ma")
    _draw_models(draw, list(days), models, width)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _draw_day(
    draw: ImageDraw.ImageDraw, left: float, width: float, answered: Answered, top: int
) -> None:
    floor = float(_floor())
    scale = (_floor() - _TOP) / top
    for kind in ("sure", "unsure", "outside"):
        height = getattr(answered, kind) * scale
        if height:
            box = (left + width * 0.14, floor - height, left + width * 0.86, floor)
            draw.rectangle(box, fill=COLOURS[kind])
        floor -= height
    if answered.disputed:
        x, y = left + width / 2, _floor() - answered.disputed * scale
        draw.ellipse((x - 7, y - 7, x + 7, y + 7), fill=COLOURS["disputed"], outline=_PAPER)


def _draw_grid(draw: ImageDraw.ImageDraw, top: int) -> None:
    for line in range(_GRID_LINES + 1):
        y = _floor() - line * (_floor() - _TOP) / _GRID_LINES
        draw.line((_LEFT, y, SIZE[0] - _RIGHT, y), fill=_FAINT)
        value = f"{round(top * line / _GRID_LINES)}"
        draw.text((_LEFT - 10, y), value, font=_font(_SMALL_PX), fill=_INK, anchor="rm")


def _draw_legend(draw: ImageDraw.ImageDraw, legend: dict[str, str]) -> None:
    x, y = float(_LEFT), SIZE[1] - LEGEND_PX + 24
    for kind, name in legend.items():
        wide = 28 + draw.textlength(name, font=_font(_TEXT_PX))
        if x + wide > SIZE[0] - _RIGHT:
            x, y = float(_LEFT), y + 38
        if kind == "disputed":
            draw.ellipse((x + 2, y - 7, x + 16, y + 7), fill=COLOURS[kind])
        else:
            draw.rounded_rectangle((x, y - 9, x + 18, y + 9), 4, fill=COLOURS[kind])
        draw.text((x + 28, y), name, font=_font(_TEXT_PX), fill=_INK, anchor="lm")
        x += wide + 30


def _draw_models(
    draw: ImageDraw.ImageDraw, days: list[date], models: list[ModelUse], width: float
) -> None:
    """A line from the first to the last day of a model, neighbours alternate; the last of those
    that began on the same day gives its name."""
    begun: dict[int, list[ModelUse]] = {}
    for model in models:
        first = bisect_left(days, model.first_day)
        if first < bisect_right(days, model.last_day):
            begun.setdefault(first, []).append(model)
    ends = [float(SIZE[0]), float(SIZE[0])]
    for number, (first, together) in reversed(list(enumerate(sorted(begun.items())))):
        last = max(bisect_right(days, model.last_day) for model in together)
        y = _floor() + 48 + 36 * (number % 2)
        left, right = _LEFT + first * width, _LEFT + last * width
        draw.line((left, y, right, y), fill=_INK, width=2)
        room = min(max(right - left, _NAME_PX), ends[number % 2] - left) - _NAME_GAP_PX
        if name := _name_within(draw, together[-1].version, room):
            draw.text((left, y + 3), name, font=_font(_SMALL_PX), fill=_INK)
            ends[number % 2] = left


def _name_within(draw: ImageDraw.ImageDraw, version: str, room: float) -> str:
    """As much of a version as fits, without its day where that helps, or nothing."""
    if draw.textlength(version, font=_font(_SMALL_PX)) <= room:
        return version
    # The axis shows the day; what follows it tells the models of one month apart.
    name = shown = re.sub(r"^\d{8}-", "", version)
    while name and draw.textlength(shown, font=_font(_SMALL_PX)) > room:
        name = name[:-1]
        shown = f"{name}…"
    return shown if len(name) >= _LEAST_LETTERS else ""


def _floor() -> int:
    return SIZE[1] - _BOTTOM


def _round_up(value: int) -> int:
    """The next number that divides well into the lines of the grid."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * _GRID_LINES >= value:
                return step * factor * _GRID_LINES
        step *= 10


def _fitting(
    draw: ImageDraw.ImageDraw, text: str, room: float
) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The title's font, smaller where the title is long."""
    wide = draw.textlength(text, font=_font(_TITLE_PX))
    return _font(min(_TITLE_PX, int(_TITLE_PX * room / wide)))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
