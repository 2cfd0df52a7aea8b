"""Chinese is complete: every text of templates, Python and browser modules has a translation, and no text escapes."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from muster.site.translations import ROOT, catalogue, full_width, in_python, in_template, texts, untranslated
from muster.web.words import WORDS

TEMPLATES = sorted(path for path in ROOT.rglob("*.html") if "templates" in path.parts)
MODULES = sorted((ROOT / "web" / "static" / "muster").glob("*.js"))
SPOKEN_ATTRIBUTES = {"title", "placeholder", "alt", "aria-label", "aria-description", "label", "data-label"}
NAMES = {"Muster", "A4", "Ct", "ORF", "N", "TOTP", "CSV", "API"}  # names and codes that are the same in every language
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdg]|\{\w*\}")
_CJK = re.compile(r"[\u3400-\u9fff]")
sources, written = cache(texts), cache(catalogue)  # read once: all sources, and the catalogue as it stands


def test_every_text_is_translated():
    missing = untranslated(written(), sources())
    assert not missing, "run `python -m muster.site.translations`, then fill in:\n" + "\n".join(
        f"{text.path}: {text.singular!r}" for text in missing
    )


def test_the_catalogue_holds_nothing_that_no_source_says():
    said = {(text.context, text.singular) for text in sources()}
    kept = {
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in written()
        if message.id
    }
    assert kept <= said, sorted(str(key) for key in kept - said)


def test_translations_keep_the_placeholders():
    wrong = []
    for message in written():
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set(_PLACEHOLDER.findall(ids[-1]))
        for string in _strings(message.string):
            if string and set(_PLACEHOLDER.findall(string)) != wanted:
                wrong.append((ids[-1], string))
    assert not wrong


def test_browser_modules_use_only_words_that_pages_send():
    asked = {word for path in MODULES for word in re.findall(r"\bt\(\s*\"([^\"]+)\"", path.read_text())}
    assert asked <= set(WORDS), sorted(asked - set(WORDS))
    source = "".join(path.read_text() for path in MODULES)
    unused = [word for word in WORDS if f'"{word}"' not in source]
    assert not unused, unused


def test_sources_are_in_english():
    wrong = [f"{text.path}: {text.singular}" for text in sources() if _CJK.search(text.singular)]
    assert not wrong, wrong


def test_chinese_has_full_width_punctuation():
    strings = [string for message in written() if message.id for string in _strings(message.string)]
    assert [string for string in strings if full_width(string) != string] == []


def _strings(translation):
    return [translation] if isinstance(translation, str) else list(translation)


class _Visible(HTMLParser):
    """The literal texts that a reader or a screen reader meets; what is marked translate="no" is left out."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    SILENT = {"script", "style", "code", "kbd", "svg"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):  # noqa: D102
        given = dict(attrs)
        quiet = self._quiet() or tag in self.SILENT or given.get("translate") == "no"
        if not quiet:
            self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]
        if tag not in self.VOID:
            self.open.append((tag, quiet))

    def handle_endtag(self, tag):  # noqa: D102
        for i in range(len(self.open) - 1, -1, -1):
            if self.open[i][0] == tag:
                del self.open[i:]
                break

    def handle_data(self, data):  # noqa: D102
        if not self._quiet():
            self.found.append(data)

    def _quiet(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def literal_texts(source: str) -> list[str]:
    """Words in a template that no translation tag covers."""
    source = re.sub(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", "", source, flags=re.S)
    source = re.sub(r"{%\s*blocktrans(late)?\b.*?{%\s*endblocktrans(late)?\s*%}", "", source, flags=re.S)
    source = re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.S)
    visible = _Visible()
    visible.feed(source)
    words = [
        word.strip()
        for text in visible.found
        for word in re.findall(r"[A-Za-z]{2,}[A-Za-z0-9]*|[\u3400-\u9fff]+", text)
    ]
    return [word for word in words if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_no_literal_text_in_templates(path):
    assert literal_texts(path.read_text()) == []


def test_the_detectors_detect():
    assert literal_texts('<p title="Hello there">{% translate "x" %} Stop</p>') == ["Hello", "there", "Stop"]
    assert literal_texts('<b translate="no">演示 demo</b><script>var x</script>{# note #}') == []
    python = (
        'from x import gettext as _\n_("a" "b"); ngettext("one", "many", n); pgettext_lazy("menu", "Open"); _(name)'
    )
    assert [(text.singular, text.plural, text.context) for text in in_python(python, "")] == [
        ("ab", None, None),
        ("one", "many", None),
        ("Open", None, "menu"),
    ]
    template = """{% translate "It's" %}{% blocktranslate count n=n trimmed %}
        one {{ n }}{% plural %}many{% endblocktranslate %}{{ x|f:_("deep") }}"""
    assert [text.singular for text in in_template("{% load i18n %}" + template, "")] == ["It's", "one %(n)s", "deep"]
