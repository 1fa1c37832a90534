"""Applying a reviewed file: what a person decided about examples, all of it or nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.conversation.claims.label_names import check_label
from dataset.errors import InvalidLabel
from dataset.examples.examples import remove_example
from dataset.reviewing import verdicts
from dataset.storage import audit
from dataset.storage.database import Database
from dataset.storage.schema import OUTSIDE, Example, Photo, VerdictKind
from training.errors import CleanError

ACTIONS = ("keep", "relabel", "remove", "outside")
_DONE = {"keep": "kept", "relabel": "relabelled", "remove": "removed", "outside": "outside"}
_SHELL = 0
"""The reviewer id for decisions from a file: not a person on Telegram."""


@dataclass(frozen=True)
class _Line:
    number: int
    sha256: str
    action: str
    label: str
    suggested: str


@dataclass(frozen=True)
class _Decision:
    example: Example
    action: str
    label: str | None


def apply_file(database: Database, file: Path) -> dict[str, int]:
    """Apply a reviewed CSV or JSON-lines file in one transaction; what was done, in examples.

    A line names an example by `sha256`. Its `action` is keep, relabel, remove or outside. `relabel`
    takes `label`, or `suggested` where the example has that label already. Without an action, a
    `label` other than the present one relabels; any other line decides nothing. Each decision
    becomes a verdict, so neither a retraining nor the next cleaning undoes it. Raises CleanError,
    which names the line; then nothing has changed.
    """
    try:
        content = file.read_bytes()
    except OSError as exc:
        raise CleanError(f"{file} cannot be read: {exc.strerror}.") from exc
    lines = list(_read(file, content))
    if not lines:
        raise CleanError(f"{file} has no line to apply.")
    counts: Counter[str] = Counter({name: 0 for name in (*_DONE.values(), "undecided")})
    with database.session() as session:
        labels = set(session.scalars(select(Example.label).distinct())) | {OUTSIDE}
        decisions = _check(session, file, lines, labels)
        for decision in decisions:
            _carry_out(session, decision)
            counts[_DONE[decision.action]] += 1
        counts["undecided"] = len(lines) - len(decisions)
        audit.record(
            session,
            action="clean",
            subject=f"file:{file.name}"[:128],
            details={"sha256": hashlib.sha256(content).hexdigest(), **counts},
        )
    return dict(counts)


def _read(file: Path, content: bytes) -> Iterator[_Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CleanError(f"{file} is not UTF-8 text: save it as CSV or JSON lines.") from None
    if text.lstrip().startswith("{"):
        rows = _json_rows(file, text)
    else:
        table = csv.DictReader(io.StringIO(text))
        if "sha256" not in (table.fieldnames or []):
            raise CleanError(
                f"{file} is neither JSON lines nor a CSV with a column sha256: name the columns"
                " in its first line."
            )
        rows = ((number, row) for number, row in enumerate(table, start=2))
    for number, row in rows:
        yield _Line(number, *(_text(row.get(name)) for name in _COLUMNS))


_COLUMNS = ("sha256", "action", "label", "suggested")


def _json_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise CleanError(f"Line {number} of {file} is not a JSON object; nothing was changed.")
        yield number, row


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _check(session: Session, file: Path, lines: list[_Line], labels: set[str]) -> list[_Decision]:
    """The lines' decisions. Raises CleanError at the first invalid one."""
    decisions: dict[str, _Decision] = {}
    for line in lines:
        example = session.scalars(
            select(Example).join(Photo).where(Photo.sha256 == line.sha256)
        ).first()
        if example is None:
            raise _refused(file, line, f"no example has the sha256 {line.sha256[:16] or '(none)'}")
        decision = _decide(file, line, example, labels)
        if decision is None:
            continue
        before = decisions.setdefault(line.sha256, decision)
        if before != decision:
            raise _refused(file, line, "it contradicts an earlier line about the same photo")
    return list(decisions.values())


def _decide(file: Path, line: _Line, example: Example, labels: set[str]) -> _Decision | None:
    action = line.action.lower()
    other = line.label if line.label not in ("", example.label) else ""
    if not action:
        if not other:
            return None
        action = "relabel"
    if action not in ACTIONS:
        raise _refused(file, line, f"{line.action!r} is not an action ({', '.join(ACTIONS)})")
    if action != "relabel":
        return _Decision(example, action, None)
    target = other or line.suggested
    if not target or target == example.label:
        raise _refused(file, line, "it relabels to no other label")
    try:
        target = check_label(target)
    except InvalidLabel as exc:
        raise _refused(file, line, str(exc).rstrip(".")) from exc
    if target not in labels:
        known = ", ".join(sorted(labels))
        raise _refused(file, line, f"{target!r} is not a label of the dataset ({known})")
    return _Decision(example, "outside" if target == OUTSIDE else "relabel", target)


def _refused(file: Path, line: _Line, why: str) -> CleanError:
    return CleanError(f"Line {line.number} of {file}: {why}; nothing was changed.")


def _carry_out(session: Session, decision: _Decision) -> None:
    example = decision.example
    label = {"keep": example.label, "relabel": decision.label, "outside": OUTSIDE}.get(
        decision.action
    )
    kinds = {None: VerdictKind.REJECT, OUTSIDE: VerdictKind.NONE}
    kind = kinds.get(label, VerdictKind.LABEL)
    verdict = verdicts.decide(
        session,
        example.photo_id,
        _SHELL,
        kind,
        via="file",
        label=label if kind is VerdictKind.LABEL else None,
    )
    if label is None:
        remove_example(session, example.photo_id)
        return
    example.label = label
    if verdict.photo_id == example.photo_id:
        example.verdict_id = verdict.id
    session.flush()
