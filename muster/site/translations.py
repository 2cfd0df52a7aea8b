"""Collects the texts of templates and Python into the Chinese catalogue, and compiles it.

    python -m muster.site.translations            update the .po, compile it, list what is not translated (then exit 1)
    python -m muster.site.translations fill FILE  first take translations from a JSON file {"English": "中文"}

Needs Babel, which is a tool of building, not of running.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "web" / "locale/zh_Hans/LC_MESSAGES/django.po"
_STAMP = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date: a catalogue differs only when its texts do

# Which arguments are (context, singular, plural), by the name of the function, its `_lazy` and `_noop` forms included.
_FUNCTIONS = {"_": "s", "gettext": "s", "ngettext": "sp", "pgettext": "cs", "npgettext": "csp"}
_WIDE = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "?": "\uff1f", "!": "\uff01"}
_NARROW_MARK = re.compile(r"(?<=[\u3400-\u9fff\u201d\uff09])([,:;?!]) ?|(?<=[}s%])([,:;?!]) ?(?=[\u3400-\u9fff])")
_NARROW_BRACKETS = re.compile(r"(?<!%)\(([^()]*[\u3400-\u9fff][^()]*)\)")
_LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"(?:^|\s)((?:n?p?gettext|_)\({_LITERAL}(?:,\s*{_LITERAL})*(?:,\s*count)?\))")


@dataclass(frozen=True)
class Text:
    """One translatable text and the file it stands in, relative to the package's parent."""

    path: str
    singular: str
    plural: str | None = None
    context: str | None = None

    @property
    def msgid(self) -> str | tuple[str, str]:
        """The key as Babel wants it."""
        return (self.singular, self.plural) if self.plural else self.singular


def in_python(source: str, path: str) -> Iterator[Text]:
    """The texts in calls of the gettext family whose arguments are plain strings."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = str(getattr(node.func, "id", None) or getattr(node.func, "attr", ""))
        shape = _FUNCTIONS.get(re.sub(r"_(lazy|noop)$", "", name), "")
        values = [a.value for a in node.args[: len(shape)] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if shape and len(values) == len(shape):
            part = dict(zip(shape, values, strict=True))
            yield Text(path, part["s"], part.get("p"), part.get("c"))


def in_template(source: str, path: str) -> Iterator[Text]:
    """The texts of translation tags and of `_("…")` in a Django template."""
    from django.utils.translation.template import templatize

    for call in _CALL.findall(templatize(source)):
        yield from in_python(call, path)


def texts() -> list[Text]:
    """Every translatable text of the package, in order of file and line."""
    found: list[Text] = []
    for path in sorted(ROOT.rglob("*")):
        name = str(path.relative_to(ROOT.parent))
        if path.suffix == ".py":
            found += in_python(path.read_text(), name)
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            found += in_template(path.read_text(), name)
    return found


def catalogue() -> Catalog:
    """The catalogue as it stands in the file, or an empty one."""
    if not PO.exists():
        return Catalog(locale="zh_Hans", domain="django")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans", domain="django")


def untranslated(catalog: Catalog, wanted: list[Text]) -> list[Text]:
    """The texts without a translation, or with one that is only a guess (fuzzy)."""

    def done(message: Message | None) -> bool:
        return message is not None and not message.fuzzy and all(_strings(message.string or ""))

    return [text for text in wanted if not done(catalog.get(text.msgid, text.context))]


def full_width(text: str) -> str:
    """Chinese text with the punctuation that Chinese is set in: full-width marks and brackets."""
    text = _NARROW_BRACKETS.sub("\uff08\\1\uff09", text)
    return _NARROW_MARK.sub(lambda mark: _WIDE[mark[1] or mark[2]], text)


def update(filled: dict[str, str]) -> list[Text]:
    """Bring the .po up to the sources, keeping translations and adding the `filled` ones; returns what is missing."""
    old, wanted = catalogue(), texts()
    new = Catalog(
        locale="zh_Hans", domain="django", project="Muster", version="1", charset="utf-8", fuzzy=False,
        creation_date=_STAMP, revision_date=_STAMP, last_translator="Muster", language_team="zh-Hans",
        header_comment="#",
    )  # fmt: skip
    for text in wanted:
        string = filled.get(text.singular)
        if string is None:
            known = old.get(text.msgid, text.context)
            string = known.string if known and not known.fuzzy else ""  # type: ignore[assignment]
        strings = tuple(full_width(each) for each in _strings(string or ""))
        new.add(
            text.msgid,
            strings if text.plural else strings[0],
            [(text.path, 0)],
            flags=_flags(text),
            context=text.context,
        )
    partial = PO.with_suffix(".po.new")
    with partial.open("wb") as file:
        write_po(file, new, sort_by_file=True, include_lineno=False, width=120)
    partial.replace(PO)
    return untranslated(new, wanted)


def _strings(translation: Any) -> tuple[str, ...]:
    return (translation,) if isinstance(translation, str) else tuple(translation)


def _flags(text: Text) -> list[str]:
    return ["python-format"] if re.search(r"%\(\w+\)", text.singular) else []


def compile_catalogue() -> None:
    """Write the .mo beside the .po."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue())


def main(arguments: list[str]) -> int:
    """Run from the command line; 1 when something is not translated."""
    filled = json.loads(Path(arguments[1]).read_text()) if arguments[:1] == ["fill"] else {}
    missing = update(filled)
    compile_catalogue()
    for path, singular in sorted({(text.path, text.singular) for text in missing}):
        print(f"{path}: {singular!r}")
    print(f"{len(missing)} texts are not translated.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
