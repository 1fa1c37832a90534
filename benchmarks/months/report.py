"""A life by weeks: what the bot knew, said and learned, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PLOT = "months.png"
_KINDS = ("published", "held", "failed", "skipped")


@dataclass
class Week:
    """Seven days; shares are of 1, and None where there was nothing to take a share of."""

    number: int
    accuracy: float | None = None
    """On photos of labels that the model knows, of which none was ever sent."""
    sure: float | None = None
    """Of those."""
    refused: float | None = None
    """Of those: bears and the like that were taken for none."""
    outside_refused: float | None = None
    """Of photos that show none of the labels."""
    photos: int = 0
    disputed: float | None = None
    """Of the answers of this week."""
    reviewed: int = 0
    retrainings: list[dict[str, Any]] = field(default_factory=list)
    """Number, status and reason."""
    events: list[str] = field(default_factory=list)


def as_table(weeks: Sequence[Week]) -> str:
    """The weeks in Markdown."""
    lines = [
        "| week | right, aside | sure | refused | outsiders refused | photos | disputed "
        "| reviewed | retrainings | what happened |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for week in weeks:
        retrained = ", ".join(str(run["status"]) for run in week.retrainings)
        cells = [
            str(week.number),
            *map(_percent, (week.accuracy, week.sure, week.refused, week.outside_refused)),
            str(week.photos),
            _percent(week.disputed),
            str(week.reviewed),
            retrained or "–",
            "; ".join(week.events) or "–",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def reasons(weeks: Sequence[Week]) -> str:
    """Why each retraining ended as it did."""
    return "\n".join(
        f"week {week.number}, retraining {run['id']}: {run['status']}: {run['reason']}"
        for week in weeks
        for run in week.retrainings
    )


def as_object(weeks: Sequence[Week]) -> list[dict[str, Any]]:
    """The weeks for `--json`."""
    return [asdict(week) for week in weeks]


def draw(weeks: Sequence[Week], file: Path, *, title: str) -> None:
    """The picture: shares above, retrainings below."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import MaxNLocator

    figure, (upper, lower) = pyplot.subplots(
        2, 1, figsize=(10, 6.5), sharex=True, height_ratios=(3, 1), layout="constrained"
    )
    numbers = [week.number for week in weeks]
    for name, words in (
        ("accuracy", "right, of photos never sent"),
        ("sure", "sure, of these"),
        ("refused", "refused, of these"),
        ("outside_refused", "refused, of outsiders never sent"),
        ("disputed", "disputed, of the week's answers"),
    ):
        shares = [getattr(week, name) for week in weeks]
        upper.plot(
            numbers,
            [float("nan") if share is None else 100 * share for share in shares],
            label=words,
            marker=".",
        )
    upper.set_ylabel("%")
    upper.set_ylim(0, 101)
    upper.grid(alpha=0.3)
    upper.legend(loc="center right", fontsize=8)
    upper.set_title(title, fontsize=10)
    below = [0] * len(weeks)
    for kind in _KINDS:
        counts = [sum(run["status"] == kind for run in week.retrainings) for week in weeks]
        lower.bar(numbers, counts, bottom=below, label=kind)
        below = [low + count for low, count in zip(below, counts, strict=True)]
    for week in weeks:
        if week.events:
            upper.axvline(week.number, color="grey", alpha=0.2)
            upper.annotate(
                ", ".join(week.events),
                (week.number, 12),
                rotation=90,
                fontsize=6,
                color="grey",
                va="bottom",
                ha="right",
            )
    lower.xaxis.set_major_locator(MaxNLocator(integer=True))
    lower.set_ylabel("retrainings")
    lower.set_ylim(0, max(below, default=0) + 1.5)
    lower.yaxis.set_major_locator(MaxNLocator(integer=True))
    lower.set_xlabel("week")
    lower.legend(fontsize=8, ncols=len(_KINDS))
    figure.savefig(file, dpi=110)
    pyplot.close(figure)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%"
