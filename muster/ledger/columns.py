"""The columns of a ledger: what a row says in each, on screen, in a file and to a machine.

A column has one `value`: plain data, for machines. `show` makes it text for a page, `write` text for a file. The makers
below are the kinds of column there are; each takes the column's name and title, and `sort=True` where an index gives
the rows in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.web.area_names import area_path
from muster.web.templatetags import muster as tags

Text = Any  # a str or a lazily translated one
Read = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return "" if value is None else value


@dataclass(frozen=True)
class Column:
    """One column. `show` and `write` get its value; `html`, where there is one, shows the row instead of the value.

    `sort` is the field by which its order is kept in an index; '' where rows cannot be put in its order. `shown` is
    false for what stands on the page only where somebody asks for it.
    """

    name: str
    title: Text
    value: Read
    show: Callable[[Any], Any] = _same
    write: Callable[[Any], Any] = _same
    html: Callable[[Any], Any] | None = None
    sort: str = ""
    shown: bool = True
    css: str = ""

    def cell(self, row: Any) -> Any:
        """What the page shows."""
        return self.html(row) if self.html else self.show(self.value(row))

    def text(self, row: Any) -> Any:
        """What a file holds: numbers and moments as such, else words in the reader's language."""
        return self.write(self.value(row))


def path(dotted: str) -> Read:
    """A function that follows `site.name` through a row; None where it ends early."""
    steps = dotted.split(".")

    def read(row: Any) -> Any:
        for step in steps:
            row = getattr(row, step, None)
        return row

    return read


def _column(name: str, title: Text, value: str | Read | None, sort: bool | str, **options: Any) -> Column:
    read = value if callable(value) else path(value or name)
    return Column(name, title, read, sort=name if sort is True else sort or "", **options)


def text(name: str, title: Text, value: str | Read | None = None, *, sort: bool | str = False, **options: Any):
    """A text as it is."""
    return _column(name, title, value, sort, **options)


def number(name: str, title: Text, value: str | Read | None = None, *, sort: bool | str = False, **options: Any):
    """A number, to the right."""
    return _column(name, title, value, sort, **{"css": "number"} | options)


def minutes(name: str, title: Text, value: str | Read | None = None, *, sort: bool | str = False, **options: Any):
    """A length of time in minutes; files hold the number."""
    return number(name, title, value, sort=sort, show=tags.span, **options)


def moment(name: str, title: Text, value: str | Read | None = None, *, sort: bool | str = False, **options: Any):
    """A moment."""
    return _column(name, title, value, sort, **{"show": tags.moment} | options)


def due(name: str, title: Text, value: str | Read | None = None, *, sort: bool | str = False, **options: Any):
    """A deadline, which counts on the page."""
    return moment(name, title, value, sort=sort, show=tags.due, **options)


def day(name: str, title: Text, value: str | Read | None = None, *, sort: bool | str = False, **options: Any):
    """A day."""
    return _column(name, title, value, sort, show=tags.day, **options)


def area(name: str, title: Text, value: str | Read | None = None, *, nowhere: Text = "", **options: Any):
    """An area by the names down to it; its value is the code. `nowhere` stands where there is none."""

    def named(code: str | None) -> Any:
        return area_path(code) if code else nowhere

    return _column(name, title, value, options.pop("sort", False), show=named, write=named, **options)


def words(
    name: str,
    title: Text,
    meaning: Mapping[Any, Text],
    tones: Mapping[Any, str] | None = None,
    value: str | Read | None = None,
    *,
    sort: bool | str = False,
    **options: Any,
):
    """A coded value in words; with `tones` as a badge. A list of codes is shown as a list of words."""

    def said(code: Any) -> Any:
        if isinstance(code, list | tuple):
            return ", ".join(str(meaning.get(each, each)) for each in code)
        return str(meaning.get(code, _same(code)))

    def badge(code: Any) -> Any:
        return tags.state_badge(said(code), tones.get(code, "info")) if said(code) else ""

    return _column(name, title, value, sort, show=badge if tones is not None else said, write=said, **options)


def yes_no(name: str, title: Text, yes: Text, no: Text, tones: tuple[str, str], value: str | Read, **more: Any):
    """A badge for what is so, and another for what is not."""
    return words(name, title, {True: yes, False: no}, {True: tones[0], False: tones[1]}, value, **more)


def whom(title: Text = _("Whom"), value: str | Read = "label", *, nobody: Text = "–", **options: Any):
    """The masked name of the row's person; `nobody` stands where they are outside the post's range."""

    def named(label: str | None) -> Any:
        return label or nobody

    return _column("whom", title, value, "", show=named, write=named, **options)


def chosen(columns: Iterable[Column], names: Iterable[str]) -> list[Column]:
    """The columns that somebody chose, in the ledger's order and always with its first; without a choice the usual."""
    wanted, every = set(names), list(columns)
    if not wanted & {column.name for column in every}:
        return [column for column in every if column.shown]
    return [column for at, column in enumerate(every) if at == 0 or column.name in wanted]
