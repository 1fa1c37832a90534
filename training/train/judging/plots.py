"""The report's figures, each a PNG. Matplotlib without its global state: no window, no settings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from dataset.reviewing.intervals import wilson
from training.train.metrics import (
    Ints,
    Reliability,
    RiskCoverage,
    largest_confusions,
    recalls,
)

INK, SOFT, LINE = "#1f2937", "#6b7280", "#e5e7eb"
BLUE, RUST, GREEN = "#2563a8", "#b4532a", "#2f7d5b"
_SHADES = LinearSegmentedColormap.from_list("shades", ["#f8fafc", "#bcd3ea", BLUE, "#123a66"])
_DPI = 160
MOST_CELLS = 20
"""Labels up to which each cell of a confusion matrix has its number; beyond, the largest ones."""
_MOST_RECALLS = 40
_MOST_LETTERS = 18
_COMPRESSION = 1
"""Half of a figure's time went into packing it by a tenth more."""
_SIDE_PX, _GAP_PX, _LETTER_PX, _LINE_PX = 224, 12, 13, 17


def confusion_figure(matrix: Ints, labels: Sequence[str], *, title: str) -> bytes:
    """Rows are the truth, columns the answers; shaded by share of the row.

    A hundred labels would need 6 GB for numbers that nobody can read. So with many labels it draws
    the matrix without numbers, and names the largest confusions beside it.
    """
    if len(labels) > MOST_CELLS:
        return _large_confusion_figure(matrix, labels, title=title)
    size = max(3.6, 0.72 * len(labels) + 2.0)
    figure, axes = _figure(size + 0.4, size)
    totals = np.maximum(1, matrix.sum(axis=1, keepdims=True))
    share = matrix / totals
    axes.imshow(share, cmap=_SHADES, vmin=0, vmax=1)
    for row in range(len(labels)):
        for column in range(len(labels)):
            count = int(matrix[row, column])
            colour = "white" if share[row, column] > 0.5 else (INK if count else "#c3cad3")
            weight = "bold" if count and row != column else "normal"
            axes.text(
                column, row, str(count), ha="center", va="center", color=colour, weight=weight
            )
    turned = {"rotation": 35, "ha": "right"} if max(map(len, labels)) > 9 else {}
    axes.set_xticks(range(len(labels)), labels, **turned)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("answered")
    axes.set_ylabel("shown")
    axes.set_title(title, fontsize=10, color=INK)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return _png(figure)


def _large_confusion_figure(matrix: Ints, labels: Sequence[str], *, title: str) -> bytes:
    figure = _empty(13.0, 6.8)
    whole, largest = figure.subplots(1, 2, width_ratios=(3, 2))
    share = matrix / np.maximum(1, matrix.sum(axis=1, keepdims=True))
    whole.imshow(share, cmap=_SHADES, vmin=0, vmax=1)
    whole.set_xticks([])
    whole.set_yticks([])
    whole.set_xlabel(f"answered ({len(labels)} labels, in their order)", color=SOFT, fontsize=9)
    whole.set_ylabel("shown", color=SOFT, fontsize=9)
    whole.set_title(title, fontsize=10, color=INK)
    found = largest_confusions(matrix, most=MOST_CELLS)
    places = range(len(found))
    largest.barh(places, [one.photos for one in found], color=RUST, height=0.62)
    named = [f"{_short(labels[one.shown])} → {_short(labels[one.answered])}" for one in found]
    largest.set_yticks(places, named, fontsize=8, color=INK)
    for place, one in zip(places, found, strict=True):
        largest.annotate(
            f" {one.photos} of {one.of}", (one.photos, place), va="center", fontsize=8, color=SOFT
        )
    largest.set_ylim(MOST_CELLS - 0.5, -0.5)
    largest.set_xlim(0, 1.25 * max((one.photos for one in found), default=1))
    largest.set_xticks([])
    largest.tick_params(axis="y", length=0)
    heading = "shown → answered, most photos first" if found else "no photo was taken for another"
    largest.set_title(heading, fontsize=10, color=INK)
    for axes in (whole, largest):
        for spine in axes.spines.values():
            spine.set_visible(False)
    figure.tight_layout()
    return _png(figure)


def recall_figure(parts: Sequence[tuple[str, Ints]], labels: Sequence[str]) -> bytes:
    """The share of each label's photos that was recognised, with 95% intervals, by part.

    With many labels, those that were recognised least.
    """
    shown = _least_recognised([matrix for _, matrix in parts], len(labels))
    figure, axes = _figure(6.4, 1.5 + 0.62 * len(shown))
    colours = (BLUE, RUST)
    lowest = 1.0
    for number, (name, matrix) in enumerate(parts):
        totals, shares = matrix.sum(axis=1), recalls(matrix)
        offset = (number - (len(parts) - 1) / 2) * 0.26
        for line, row in enumerate(shown):
            total = totals[row]
            if total == 0:
                continue
            low, high = wilson(int(matrix[row, row]), int(total))
            lowest = min(lowest, low)
            place = line + offset
            axes.plot([low, high], [place, place], color=colours[number], lw=2, alpha=0.45)
            axes.plot(shares[row], place, "o", color=colours[number], ms=6)
            axes.annotate(
                f"{shares[row]:.1%} of {total}",
                (1.012, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=8,
                color=colours[number],
            )
        axes.plot([], [], "o", color=colours[number], label=name)
    axes.set_yticks(range(len(shown)), [labels[row] for row in shown])
    axes.set_ylim(max(1, len(shown)) - 0.5, -0.5)
    axes.set_xlim(min(0.9, lowest - 0.03), 1.004)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    few = "" if len(shown) == len(labels) else f"; the {len(shown)} least of {len(labels)} labels"
    axes.set_xlabel(f"recognised (recall), with its 95% interval{few}")
    axes.grid(axis="x", color=LINE)
    _bare(axes, left=False)
    axes.tick_params(axis="y", length=0)
    if parts:
        axes.legend(
            loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=9
        )
    return _png(figure)


def reliability_figure(bins: Reliability, *, photos: int) -> bytes:
    """How often answers of each confidence were right; the diagonal means honest."""
    figure, axes = _figure(4.8, 4.4)
    axes.plot([0, 1], [0, 1], color=SOFT, lw=1, ls=(0, (4, 3)))
    largest = max(1, int(bins.count.max(initial=1)))
    for confidence, accuracy, count in zip(bins.confidence, bins.accuracy, bins.count, strict=True):
        low, high = wilson(accuracy * count, int(count))
        axes.plot([confidence, confidence], [low, high], color=BLUE, lw=1.4, alpha=0.45)
        axes.plot(confidence, accuracy, "o", color=BLUE, ms=4 + 9 * float(np.sqrt(count / largest)))
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_aspect("equal")
    _percents(axes)
    axes.set_xlabel("said (confidence)")
    axes.set_ylabel("was right")
    axes.set_title(f"{photos} photos", fontsize=10, color=INK)
    axes.grid(color=LINE)
    _bare(axes)
    return _png(figure)


def risk_figure(
    curve: RiskCoverage, *, sure: float, share_sure: float, error_sure: float | None
) -> bytes:
    """The share of wrong answers among the most confident ones."""
    figure, axes = _figure(4.8, 4.4)
    axes.plot(curve.coverage, curve.risk, color=BLUE, lw=2, drawstyle="steps-post")
    highest = max(0.02, float(curve.risk.max(initial=0.0)) * 1.15)
    axes.axvline(share_sure, color=GREEN, lw=1.2)
    wrong = "" if error_sure is None else f", {error_sure:.1%} wrong"
    axes.annotate(
        f"sure from {sure:.0%} on:\n{share_sure:.0%} of these photos{wrong}",
        (share_sure, highest * 0.97),
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=9,
        color=GREEN,
    )
    axes.set_xlim(0, 1.01)
    axes.set_ylim(0, highest)
    _percents(axes)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    axes.set_xlabel("photos answered, the most confident first (coverage)")
    axes.set_ylabel("of these wrong (risk)")
    axes.grid(color=LINE)
    _bare(axes)
    return _png(figure)


def pictures_figure(squares: Sequence[Any], captions: Sequence[str], *, columns: int) -> bytes:
    """A sheet of square pictures, each with what is written below it."""
    rows = max(1, -(-len(squares) // columns))
    lines = max((caption.count("\n") + 1 for caption in captions), default=1)
    side = max((len(square) for square in squares), default=_SIDE_PX)
    cell_width, cell_height = side + _GAP_PX, side + _GAP_PX + (lines + 1) * _LINE_PX
    sheet = Image.new(
        "RGB", (columns * cell_width + _GAP_PX, rows * cell_height + _GAP_PX), "white"
    )
    pen = ImageDraw.Draw(sheet)
    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    font = ImageFont.truetype(str(file), _LETTER_PX)
    for number, (square, caption) in enumerate(zip(squares, captions, strict=True)):
        row, column = divmod(number, columns)
        left, top = _GAP_PX + column * cell_width, _GAP_PX + row * cell_height
        sheet.paste(Image.fromarray(square), (left, top))
        below = left + side / 2, top + side + _GAP_PX / 2
        pen.multiline_text(below, caption, INK, font, "ma", _LINE_PX - _LETTER_PX, "center")
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=_COMPRESSION)
    return buffer.getvalue()


def _least_recognised(matrices: Sequence[Ints], labels: int) -> list[int]:
    """The labels to show, in their order; where they are too many, those recognised least."""
    if labels <= _MOST_RECALLS or not matrices:
        return list(range(min(labels, _MOST_RECALLS)))
    whole = np.sum(matrices, axis=0)
    shares = np.nan_to_num(recalls(whole), nan=2.0)  # without photos the plot is empty
    return sorted(int(row) for row in np.argsort(shares, kind="stable")[:_MOST_RECALLS])


def _short(label: str) -> str:
    return label if len(label) <= _MOST_LETTERS else f"{label[: _MOST_LETTERS - 1]}…"


def _empty(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    figure = _empty(width, height)
    axes = figure.add_subplot()
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set_color(SOFT)
        axis.label.set_fontsize(9)
    axes.tick_params(labelsize=9, colors=INK, color=LINE)
    axes.set_axisbelow(True)
    return figure, axes


def _bare(axes: Any, *, left: bool = True) -> None:
    for side in ("top", "right", *(() if left else ("left",))):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set_color("#cbd5e1")


def _percents(axes: Any) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    # No version and no time inside: the same figures make the same file.
    figure.savefig(
        buffer,
        format="png",
        dpi=_DPI,
        metadata={"Software": None},
        pil_kwargs={"compress_level": _COMPRESSION},
        bbox_inches="tight",
        pad_inches=0.12,
    )
    return buffer.getvalue()
