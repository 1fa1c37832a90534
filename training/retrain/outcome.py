"""A retraining's outcome, as its command prints it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dataset.storage.schema import Retraining, RetrainingStatus


def as_json(row: Retraining) -> dict[str, Any]:
    """The row as others' scripts read it: column names, times in ISO 8601."""
    found = {}
    for column in Retraining.__table__.columns:
        value = getattr(row, column.key)
        if hasattr(value, "isoformat"):
            value = value.isoformat()
        elif isinstance(value, RetrainingStatus):
            value = value.value
        found[column.key] = value
    return found


def in_words(row: Retraining, candidates: Path) -> str:
    """The row for a person: what came of it, with the figures before and after; what to do with
    what was held, which lies in a folder of `candidates`."""
    lines = [f"Retraining {row.id}: {row.status.value}"]
    metrics = row.metrics or {}
    for name in ("champion", "candidate"):
        if name in metrics:
            one = metrics[name]
            lines.append(
                f"  {name} {one['version']}: {one['accuracy']:.1%} of {one['n']} gate photos right"
            )
    if "replay" in metrics:
        replayed = metrics["replay"]
        lines.append(
            f"  of {replayed['photos']} photos of the last week it would answer"
            f" {len(replayed['changed'])} otherwise"
        )
    lines += [text for text in (row.reason, row.blind_spot) if text]
    if row.status is RetrainingStatus.HELD:
        held = candidates / f"retraining-{row.id}"
        lines.append(f"To publish it all the same: bear-detector models publish {held}")
    return "\n".join(lines)
