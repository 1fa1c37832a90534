"""The pages speak the reader's language, and nothing on them is left in another."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dataset.conversation import people
from languages.catalogue import Languages
from tests.conftest import REPOSITORY
from tests.review.serving import REVIEWER, Reviewer, ReviewServer, add_examples, fill_queue

ROOM = REPOSITORY / "review"
NAMES = {"Bear", "Detector"}
"""What is called the same in every language."""
_JINJA = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_READ = re.compile(r"\b(?:alt|title|placeholder|aria-label|content)=\"([^\"]*)\"")
_TECHNICAL = re.compile(r"<(meta|kbd|noscript)\b[^>]*>(?:.*?</\1>)?", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2,}")
_COMMENT = re.compile(r"^\s*//.*$|\s//\s.*$", re.MULTILINE)
_QUOTED = re.compile(r"\"([^\"\n]*)\"|`([^`]*)`")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,.:]? [A-Za-z]{2,}")
_TECHNICAL_TEXT = re.compile(r"[.#\[>=/;]|\bno-|noindex|^tile ")
"""Selectors, headers, media types."""


def own_words(template: Path) -> set[str]:
    """What a template itself gives people to read."""
    text = _TECHNICAL.sub("", _JINJA.sub("", template.read_text(encoding="utf-8")))
    shown = [*_READ.findall(text), re.sub(r"<[^>]*>", " ", re.sub(r"[\w-]+=\"[^\"]*\"", "", text))]
    return {word for one in shown for word in _WORD.findall(one)} - NAMES


@pytest.mark.parametrize(
    "template", sorted((ROOM / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_a_template_takes_every_word_from_the_catalogue(template: Path) -> None:
    """Text, titles and names for screen readers."""
    assert set() == own_words(template)


@pytest.mark.parametrize(
    "script", sorted((ROOM / "static").rglob("*.js")), ids=lambda path: path.name
)
def test_a_script_takes_every_sentence_from_the_catalogue(script: Path) -> None:
    """None of its texts holds two words in a row, selectors and names of classes aside."""
    code = _COMMENT.sub("", script.read_text(encoding="utf-8"))
    texts = [one or other for one, other in _QUOTED.findall(code)]
    told = [re.sub(r"\$\{.*?\}", "0", text) for text in texts]
    assert [] == [one for one in told if _SENTENCE.search(one) and not _TECHNICAL_TEXT.search(one)]


def sentences_in(module: Path) -> list[str]:
    """Its texts of several words, docstrings aside."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    notes = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    logged = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")
        for argument in node.args
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in notes | logged
        and _SENTENCE.search(node.value)
        and not _TECHNICAL_TEXT.search(node.value)
    ]


@pytest.mark.parametrize(
    "module",
    [ROOM / "guard.py", ROOM / "errors.py", *sorted((ROOM / "pages").rglob("*.py"))],
    ids=lambda path: path.name,
)
def test_a_page_takes_every_sentence_from_the_catalogue(module: Path) -> None:
    """What the pages and the guard say comes by its id."""
    assert [] == sentences_in(module)


def heading(reviewer: Reviewer, path: str, *, accept: str = "") -> str:
    text = reviewer.http.get(path, headers={"accept-language": accept}).text
    found = re.search(r"<h1>(.*?)</h1>", text)
    assert found is not None, text
    return found[1]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "Der Datensatz"),
        ("fr, es;q=0.8, en;q=0.9", "The dataset"),
        ("en;q=0.3, es-MX;q=0.8", "Los datos"),
        ("tlh", "The dataset"),
        ("de;q=x,;q=,,es", "Los datos"),
        ("", "The dataset"),
    ],
)
def test_the_browser_says_which_language(reviewer: Reviewer, accept: str, expected: str) -> None:
    """The one wanted most of those there are, English without one."""
    assert expected == heading(reviewer, "/dataset", accept=accept)


def test_what_an_admin_chose_in_the_chat_counts_more(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """/language holds for the pages at once, whatever the browser is set to."""
    with server.database.session() as session:
        people.set_language(session, REVIEWER, "es")
    assert "Los datos" == heading(reviewer, "/dataset", accept="de")


@pytest.mark.parametrize("language", ["es", "de"])
def test_every_page_is_in_one_language(
    server: ReviewServer, reviewer: Reviewer, language: str
) -> None:
    """Its HTML says which, and none of the English sentences is on it."""
    fill_queue(server, 2)
    add_examples(server, ["teddy", "black"], suspect=True)
    english, other = Languages().words("en"), Languages().words(language)
    ids = ["grid-done", "dock-verdicts", "page-retrainings", "sign-out-title", "skip", "show"]
    for path in ("/", "/queue", "/dataset", "/suspicions", "/labels", "/retrainings", "/audit"):
        text = reviewer.http.get(path, headers={"accept-language": language}).text
        assert f'<html lang="{language}">' in text
        assert other("skip") in text
        assert [] == [one for one in ids if f">{english(one)}<" in text], path


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", "Du bist nicht angemeldet"), ("es", "No has entrado"), ("en", "You are not signed in")],
)
def test_a_refusal_is_in_the_language_of_who_is_refused(
    server: ReviewServer, language: str, expected: str
) -> None:
    """Strangers too are told in their language what to do."""
    with server.visitor() as http:
        text = http.get("/queue", headers={"accept-language": language}).text
    assert expected in text
