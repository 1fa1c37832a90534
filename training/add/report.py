"""What became of the photos that were offered: counted, and said to people and to scripts."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from training.add.offers import Fate, Result

LISTED = 1000
"""At most this many conflicts and unreadable files are listed; all are counted."""


@dataclass
class Report:
    fates: dict[str, Counter[Fate]] = field(default_factory=dict)
    """label → fate → photos"""
    conflicts: list[Result] = field(default_factory=list)
    unreadable: list[Result] = field(default_factory=list)

    def count(self, result: Result) -> None:
        """Take note of one photo."""
        self.fates.setdefault(result.offer.label, Counter())[result.fate] += 1
        if result.fate is Fate.CONFLICT and len(self.conflicts) < LISTED:
            self.conflicts.append(result)
        if result.fate is Fate.UNREADABLE and len(self.unreadable) < LISTED:
            self.unreadable.append(result)

    def counts(self, label: str | None = None) -> dict[str, int]:
        """The numbers, of all labels or of one. `near_duplicate` is part of `duplicate`."""
        fates = self.fates.values() if label is None else (self.fates.get(label, Counter()),)
        total: Counter[Fate] = sum(fates, Counter())
        return {
            "added": total[Fate.ADDED],
            "duplicate": total[Fate.DUPLICATE] + total[Fate.NEAR_DUPLICATE],
            "near_duplicate": total[Fate.NEAR_DUPLICATE],
            "unreadable": total[Fate.UNREADABLE],
            "conflict": total[Fate.CONFLICT],
            "forgotten": total[Fate.FORGOTTEN],
        }

    def as_json(self) -> dict[str, Any]:
        return {
            **self.counts(),
            "labels": {label: self.counts(label) for label in sorted(self.fates)},
            "conflicts": [
                {
                    "file": result.offer.name,
                    "label": result.offer.label,
                    "other": result.other,
                    "other_label": result.other_label,
                }
                for result in self.conflicts
            ],
            "unreadable_files": [
                {"file": result.offer.name, "reason": result.why} for result in self.unreadable
            ],
        }


def print_report(report: Report) -> None:
    for result in report.unreadable:
        print(f"unreadable: {result.offer.name}: {result.why}", file=sys.stderr)
    for result in report.conflicts:
        print(
            f"conflict: {result.offer.name} would be {result.offer.label}, but shows the same as a "
            f"{result.other_label} of the dataset (photo {(result.other or '')[:12]}); left out",
            file=sys.stderr,
        )
    for label in sorted(report.fates):
        print(f"{label}: {_in_words(report.counts(label))}")
    print(f"all: {_in_words(report.counts())}")


def _in_words(counts: dict[str, int]) -> str:
    words = f"{counts['added']} added, {counts['duplicate']} duplicate"
    if counts["near_duplicate"]:
        words += f" ({counts['near_duplicate']} of them nearly)"
    words += f", {counts['unreadable']} unreadable"
    if counts["conflict"]:
        words += f", {counts['conflict']} in conflict"
    if counts["forgotten"]:
        words += f", {counts['forgotten']} removed before at somebody's request"
    return words
