"""What the chat says of a retraining: how far it is, and what came of it."""

from __future__ import annotations

from typing import Any

from telegram import InlineKeyboardMarkup

from bot.speech.callback_data import button
from dataset.storage.schema import Retraining, RetrainingStatus, utc_now
from languages.catalogue import Words, share
from languages.reasons import Naming, reasons

_BAR = 12
STAGES = (
    "waiting",
    "folding",
    "features",
    "training",
    "exporting",
    "deciding",
    "replaying",
    "publishing",
)


def progress_text(row: Retraining, words: Words) -> str:
    """A retraining's progress: stage, bar and remaining time."""
    stage = row.stage if row.stage in STAGES else "starting"
    if row.status is RetrainingStatus.REQUESTED:
        stage = "waiting"
    full = round(row.progress * _BAR)
    bar = "▰" * full + "▱" * (_BAR - full)
    share_done = words("percent", value=round(100 * row.progress))
    lines = [words("retrain-progress", stage=words(f"stage-{stage}")), f"{bar} {share_done}"]
    if row.started_at is not None and row.progress >= 0.05:
        elapsed_s = (utc_now() - row.started_at).total_seconds()
        remaining_s = elapsed_s * (1 - row.progress) / row.progress
        lines.append(words("retrain-remaining", seconds=max(1, round(remaining_s))))
    return "\n".join(lines)


def end_text(row: Retraining, words: Words, name: Naming = str) -> str:
    """A retraining's outcome, with the figures before and after; `name` is what the reader calls a
    label."""
    lines = [words(f"retrain-{row.status.value.replace('_', '-')}", version=row.candidate or "–")]
    lines += _figures(row.metrics or {}, words)
    lines += _newcomers(row.metrics or {}, words, name)
    # The reason of a cancelled run says what the first line says.
    if row.status is not RetrainingStatus.CANCELLED:
        lines += reasons(row, words, name)
    if row.status is RetrainingStatus.HELD:
        lines.append(words("retrain-held-next"))
    return "\n".join(lines)


def _figures(metrics: dict[str, Any], words: Words) -> list[str]:
    before, after = metrics.get("champion"), metrics.get("candidate")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [
        words(
            "retrain-figures",
            before=share(float(before["accuracy"])),
            after=share(float(after["accuracy"])),
            photos=int(after["n"]),
        )
    ]


def _newcomers(metrics: dict[str, Any], words: Words, name: Naming) -> list[str]:
    """What each new label does to the others."""
    lines: list[str] = []
    others: dict[str, None] = {}
    for new in metrics.get("new_labels", ()):
        lines.append(
            words("retrain-new", label=name(new["label"]), photos=new["photos"], right=new["right"])
        )
        if new["others"]:
            said = words(
                "retrain-new-others",
                photos=new["others"],
                before=share(float(new["before"])),
                after=share(float(new["after"])),
            )
            others[said] = None
        if new["takes"]:
            takes = words.listed(
                [f"{count} × {name(label)}" for label, count in new["takes"].items()]
            )
            lines.append(words("retrain-new-takes", label=name(new["label"]), takes=takes))
    return [*lines, *others]


def end_buttons(row: Retraining, words: Words) -> InlineKeyboardMarkup | None:
    """A way back, when a model was published; a way to the photos in question, when there are."""
    keys = []
    if _in_question(row):
        keys.append([button(words("button-doubted"), row.id, "doubted")])
    if row.status is RetrainingStatus.PUBLISHED:
        keys.append([button(words("button-rollback"), row.id, "goback")])
    return InlineKeyboardMarkup(keys) if keys else None


def _in_question(row: Retraining) -> bool:
    metrics = row.metrics or {}
    held = row.status is RetrainingStatus.HELD
    return bool(metrics.get("set_aside") or (held and metrics.get("lost")))
