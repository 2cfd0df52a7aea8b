"""The declaration of a letter: what it is about, who may make it, and its fields. Domains make them in `letters.py`.

A field is what a template may say: `{{ name }}` for a text, and for a list `{%tr for person in persons %}` …
`{{ person.name }}` … `{%tr endfor %}`. A template can say nothing else: `wording.py` sees to that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

Text = Any


@dataclass(frozen=True)
class Field:
    """A field of a letter: its name in templates, and what it means.

    With `parts` (name -> meaning) it is a list, and its value a list of mappings with these parts.
    """

    name: str
    title: Text
    parts: Mapping[str, Text] | None = None


@dataclass(frozen=True)
class Letter:
    """A kind of letter.

    `find` gives the row of an id where the post may see it (else Http404); `area` says whose template is taken. `know`,
    called with the post and the row, gives the value of every field, and reads names by `people.reveal`, which logs
    each look or refuses it. `text` is the wording of the plain template that is there without any: paragraphs with
    fields, and the bare name of a list where its table stands.
    """

    name: str
    title: Text
    needs: str
    find: Callable[[UUID], Any]
    area: Callable[[Any], str]
    know: Callable[[Any, Any], dict[str, Any]]
    fields: tuple[Field, ...]
    text: tuple[Text, ...]


LETTERS: dict[str, Letter] = {}


def register(*letters: Letter) -> None:
    """Add kinds of letters to the house."""
    for made in letters:
        LETTERS[made.name] = made


def of(*names: str) -> list[Letter]:
    """Kinds of letters by name."""
    return [LETTERS[name] for name in names]


def read_all(apps: list[str]) -> None:
    """Import the `letters` module of every app that has one."""
    for app in apps:
        if find_spec(f"{app}.letters"):
            import_module(f"{app}.letters")
