"""What commands and retrainings said in English, in the reader's language.

They say one sentence, for a shell, and what they said is kept as it was. `told.ftl` has those
sentences: in English each is a pattern, which finds the values in what was said.
"""

from __future__ import annotations

import re
from functools import cache

from languages.catalogue import SOURCE, Words, messages_of
from languages.conventions import CONVENTIONS

PART = "told"
_OTHER = "told-other"
_SENTENCE = "told"
"""A value of this name is a sentence in itself."""
_INSIDE = r"(?!\.\s[A-Z])."
"""A letter of a value, which does not go beyond the end of a sentence."""
_PLACE = re.compile(r"\{ \$([a-z]+) \}")
_NUMBER = re.compile(r"\d{1,3}(,\d{3})*(\.\d+)?")


def told(sentence: str, words: Words) -> str:
    """The sentence in the reader's language; one that the catalogue lacks as it is, with a word
    that it is English."""
    if words.language == SOURCE:
        return sentence
    for message_id, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            values = {name: _value(name, text, words) for name, text in found.groupdict().items()}
            return words(message_id, **values)
    return words(_OTHER, sentence=sentence) if sentence else ""


def _value(name: str, text: str, words: Words) -> str:
    if name == _SENTENCE:
        return told(text, words)
    if _NUMBER.fullmatch(text):
        digits = len(text.partition(".")[2])
        return CONVENTIONS[words.language].decimal(float(text.replace(",", "")), digits)
    return text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The messages as patterns, that with most words of its own first."""
    messages = messages_of(SOURCE, PART)
    found = []
    for message_id in messages:
        if message_id == _OTHER:
            continue
        # Every second piece is a value's name.
        pieces = _PLACE.split(messages.source(message_id))
        own, names = pieces[::2], pieces[1::2]
        pattern = re.escape(own[0]) + "".join(
            f"(?P<{name}>(?:{'.' if name == _SENTENCE else _INSIDE})+?){re.escape(after)}"
            for name, after in zip(names, own[1:], strict=True)
        )
        found.append((sum(map(len, own)), message_id, re.compile(pattern, re.DOTALL)))
    return tuple((name, pattern) for _, name, pattern in sorted(found, key=lambda one: -one[0]))
