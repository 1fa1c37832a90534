"""Messages in Fluent's syntax (https://projectfluent.org), each read when somebody first says it.

Fluent's own parser reads them. Of what the syntax allows, these catalogues use texts, values and
choices by a value; anything else is an error as soon as the message is said (decision 0269).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fluent.syntax import FluentParser, ast

from languages.conventions import Conventions

_COMMENT = re.compile(r"^#.*\n?", re.MULTILINE)
_ID = re.compile(r"^([a-z][\w-]*) *=", re.MULTILINE)
_VALUE = re.compile(r"\{\s*\$([\w-]+)")


@dataclass(frozen=True)
class Written:
    """A value that a language writes in its own way."""

    by: Callable[[Conventions], str]


Values = Mapping[str, Any]
_Part = Callable[[Values], str]


class Messages:
    """Those of one file."""

    def __init__(self, text: str, conventions: Conventions) -> None:
        self._conventions = conventions
        plain = _COMMENT.sub("", text)
        found = list(_ID.finditer(plain))
        ends = [*(one.start() for one in found[1:]), len(plain)]
        self._sources = {
            one[1]: plain[one.start() : end] for one, end in zip(found, ends, strict=True)
        }
        self._read: dict[str, _Part] = {}

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._sources

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def takes(self, message_id: str) -> set[str]:
        """The names of a message's values."""
        return set(_VALUE.findall(self._sources[message_id]))

    def source(self, message_id: str) -> str:
        """A message of one line as it is written, its values in braces."""
        return self._sources[message_id].partition("=")[2].strip()

    def format(self, message_id: str, values: Values) -> str:
        """The message with its values; with a value's name in braces where it does not get it."""
        if message_id not in self._read:
            self._read[message_id] = self._parsed(message_id)
        return self._read[message_id](values)

    def _parsed(self, message_id: str) -> _Part:
        entry = FluentParser(with_spans=False).parse_entry(self._sources[message_id])
        if not isinstance(entry, ast.Message) or entry.value is None:
            raise ValueError(f"the message {message_id} is not as Fluent's syntax wants it")
        return self._pattern(entry.value)

    def _pattern(self, pattern: ast.Pattern) -> _Part:
        parts: list[str | _Part] = [
            element.value if isinstance(element, ast.TextElement) else self._placed(element)
            for element in pattern.elements
        ]
        return lambda values: "".join(
            [part if isinstance(part, str) else part(values) for part in parts]
        )

    def _placed(self, place: ast.Placeable) -> str | _Part:
        expression = place.expression
        if isinstance(expression, ast.StringLiteral):
            return str(expression.parse()["value"])
        if isinstance(expression, ast.SelectExpression):
            return self._choice(expression)
        name = _name(expression)
        return lambda values: self._written(values.get(name, f"{{{name}}}"))

    def _choice(self, expression: ast.SelectExpression) -> _Part:
        name = _name(expression.selector)
        forms: dict[str, _Part] = {}
        for variant in expression.variants:
            if not isinstance(variant.key, ast.Identifier):
                raise ValueError(f"the choice by ${name} has a number among its forms")
            forms[variant.key.name] = self._pattern(variant.value)
            if variant.default:
                default = forms[variant.key.name]

        def chosen(values: Values) -> str:
            value = values.get(name, "")
            key = self._conventions.plural(value) if isinstance(value, int) else value
            return forms.get(key, default)(values)

        return chosen

    def _written(self, value: Any) -> str:
        if isinstance(value, Written):
            return value.by(self._conventions)
        return self._conventions.whole(value) if isinstance(value, int) else str(value)


def _name(expression: object) -> str:
    if not isinstance(expression, ast.VariableReference):
        raise ValueError(f"no message here has a {type(expression).__name__}")
    return expression.id.name
