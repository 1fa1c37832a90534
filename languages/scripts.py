"""What the pages' scripts say, in the form in which a page carries it to them.

A script's message may take `count`, of which its plural depends, and texts.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from languages.catalogue import PARTS, SOURCE, Words, messages_of
from languages.conventions import CONVENTIONS

PREFIX = "script-"
"""The ids of these messages begin so; a script leaves it out."""
_COUNT = "count"
_SAMPLES = (1, 2, 1_000_000)
"""Numbers of every plural that the languages have."""

Sentence = str | dict[str, str]
"""A text with its values as `{name}`, or one such text for each plural, by CLDR's category."""


@cache
def _takes() -> dict[str, set[str]]:
    """The messages for scripts, each with the names of its values."""
    return {
        name: messages.takes(name)
        for messages in (messages_of(SOURCE, part) for part in PARTS)
        for name in messages
        if name.startswith(PREFIX)
    }


def sentences(words: Words) -> dict[str, Sentence]:
    """All of them in one language, by their ids without the prefix."""
    return {
        name.removeprefix(PREFIX): _sentence(words, name, takes) for name, takes in _takes().items()
    }


def _sentence(words: Words, name: str, takes: set[str]) -> Sentence:
    values: dict[str, Any] = {one: f"{{{one}}}" for one in takes}
    if _COUNT not in takes:
        return words(name, **values)
    plural = CONVENTIONS[words.language].plural
    return {
        plural(number): words(name, **{**values, _COUNT: number}).replace(
            words.number(number), f"{{{_COUNT}}}"
        )
        for number in _SAMPLES
    }
