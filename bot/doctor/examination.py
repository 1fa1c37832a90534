"""Runs all checks, even after one fails, and shows their findings."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap


class Grade(enum.Enum):
    """How bad it is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One line of the report: the finding and, unless all is well, what to do."""

    grade: Grade
    what: str
    advice: str = ""


def ok(what: str) -> Finding:
    """All is well."""
    return Finding(Grade.OK, what)


def warn(what: str, advice: str) -> Finding:
    """It works, but should be changed."""
    return Finding(Grade.WARN, what, advice)


def fail(what: str, advice: str) -> Finding:
    """The bot does not start, or people get no answers, until something is done."""
    return Finding(Grade.FAIL, what, advice)


@dataclass(frozen=True)
class Check:
    """A check of one thing; it may raise, hang or take long."""

    name: str
    look: Callable[[], Iterable[Finding]]
    rests_on: frozenset[str] = frozenset()
    """The names of the settings that it examines things by."""
    within_s: float = 20.0


def examine(
    checks: Sequence[Check], unknown: Callable[[str], bool] = lambda name: False
) -> Iterator[tuple[str, Finding]]:
    """Each check's finding, under its name, as soon as it is known.

    A check that rests on a setting whose value is `unknown` is left out, and the report says so.
    """
    for check in checks:
        missing = sorted(filter(unknown, check.rests_on))
        for finding in [_left_out(missing)] if missing else _run(check):
            yield check.name, finding


def show(
    found: Iterable[tuple[str, Finding]],
    *,
    write: Callable[[str], None],
    width: int,
    colour: bool,
) -> int:
    """Write the report. Exit status: 1 if anything failed."""
    counts = dict.fromkeys(Grade, 0)
    last_name = ""
    write("")
    for name, finding in found:
        counts[finding.grade] += 1
        shown_name = "" if name == last_name else name
        for line in _lines(shown_name, finding, width=width, colour=colour):
            write(line)
        last_name = name
    write("")
    write(_summary(counts))
    return 1 if counts[Grade.FAIL] else 0


def _left_out(missing: Sequence[str]) -> Finding:
    return warn(
        f"not examined: it depends on {', '.join(missing)}", "correct the settings above first"
    )


def _run(check: Check) -> list[Finding]:
    found: list[Finding] = []
    ended = threading.Event()

    def look() -> None:
        try:
            found.extend(check.look())
        # Any error in a check is a finding: broken machines raise many kinds.
        except Exception as exc:
            reason = str(exc).strip().splitlines()
            found.append(
                fail(
                    f"the check itself ended by {type(exc).__name__}"
                    + (f": {reason[0]}" if reason else ""),
                    "something unforeseen is broken; the log of `bear-detector run` says more",
                )
            )
        ended.set()

    # A daemon: a thread that hangs in a system call must not keep the process from ending.
    threading.Thread(target=look, name=f"check-{check.name}", daemon=True).start()
    if not ended.wait(check.within_s):
        return [
            fail(
                f"no answer within {check.within_s:.0f} s",
                "a disk, a server or a network hangs here; look at the machine's own log",
            )
        ]
    return found


_COLOURS = {Grade.OK: "\x1b[32m", Grade.WARN: "\x1b[33m", Grade.FAIL: "\x1b[1;31m"}
_PLAIN = "\x1b[0m"
_NAME_WIDTH = 13
_INDENT = 2 + 4 + 2 + _NAME_WIDTH + 1


def _lines(name: str, finding: Finding, *, width: int, colour: bool) -> Iterator[str]:
    mark = f"{finding.grade.value:<4}"
    if colour:
        mark = f"{_COLOURS[finding.grade]}{mark}{_PLAIN}"
    room = max(40, width - _INDENT)
    first, *more = wrap(finding.what, room, break_long_words=False, break_on_hyphens=False) or [""]
    yield f"  {mark}  {name:<{_NAME_WIDTH}} {first}"
    for line in more:
        yield " " * _INDENT + line
    advice = wrap(finding.advice, room - 2, break_long_words=False, break_on_hyphens=False)
    for place, line in enumerate(advice):
        yield " " * _INDENT + ("→ " if place == 0 else "  ") + line


def _summary(counts: dict[Grade, int]) -> str:
    failures, warnings = counts[Grade.FAIL], counts[Grade.WARN]
    if not failures and not warnings:
        return "  All is well."
    parts = []
    if failures:
        parts.append(f"{failures} {'thing' if failures == 1 else 'things'} to mend")
    if warnings:
        parts.append(f"{warnings} {'warning' if warnings == 1 else 'warnings'}")
    return f"  {', '.join(parts)}."
