"""What can stand in a form's column: a column of the ledger, something of its person, or a part of an area.

Names and numbers are read with the login of actions, for persons whom the post sees, and only while a form is filled
with them; else they are masked, and in a preview they are stars.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.codes import LEVELS
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.areas.words import LEVEL_NAMES
from muster.kernel.people import crypto, identifiers
from muster.kernel.people.models import IDENTIFIER_KINDS, SEXES, Identifier, Person, PersonDetails
from muster.kernel.posts.logins import acting
from muster.ledger.declaring import Ledger
from muster.ledger.imports.reading.shapes import plain, shapes
from muster.web.area_names import area_name

from . import words

PARTS = ("province", "city", "district", "street", "community", "grid")
PLAIN, MASKED, STARS = "plain", "masked", "stars"  # how names and numbers are shown
MASK = "****"
_PERSONAL = {
    "name": _("Full name"), "id_kind": _("Kind of identity document"), "id_number": _("Identity number"),
    "phone": _("Phone"), "address": _("Address"), "born_on": _("Born"),
}  # fmt: skip
_OF_PERSON = {"sex": _("Sex"), "age": _("Age in years")}
# Headers that no ledger's alias names, and what they mean.
_OTHERS = {
    words.NUMBER: ("序号", "编号", "no", "no.", "number", "#"),
    "home:province": ("省", "省份", "返回省份", "所在省", "户籍省", "province"),
    "home:city": ("市", "地市", "返回市", "返回城市", "所在市", "返回省市", "city"),
    "home:district": ("区", "区县", "县区", "县", "所在区", "district"),
    "home:street": ("街道", "乡镇", "镇街", "街道乡镇", "所属街道", "street"),
    "home:community": ("社区", "村", "社区村", "所属社区", "村居", "community"),
    "home:grid": ("网格", "所属网格", "grid"),
    "person:age": ("年龄", "age", "周岁"),
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """What fills a column: its key in a mapping, its name, whether names or numbers of persons come with it."""

    key: str
    title: Any
    personal: bool
    value: Callable[[Any, Whom], Any]

    @property
    def about_person(self) -> bool:
        """Whether it is said of the row's person, whom the post may not see, and not of the row."""
        return self.key.startswith(("person:", "home:"))


@dataclass
class Whom:
    """What is known of one row's person; empty for somebody outside the post's range."""

    home: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    seen: bool = False


def sources(ledger: Ledger) -> dict[str, Source]:
    """Everything that can fill a column of a form from this ledger, by key, in the order in which it is offered."""
    areas = {each.name for each in ledger.model._meta.get_fields() if isinstance(each, AreaCodeField)}
    found: list[Source] = []
    for column in ledger.columns:
        if not (column.name == "whom" and ledger.person):
            found.append(Source(f"column:{column.name}", column.title, False, _cell(column)))
        if column.name in areas:
            found += [_part(f"area:{column.name}", column.title, part, _area(column.name)) for part in PARTS]
    if ledger.person:
        own = {**_PERSONAL, **_OF_PERSON}
        found = [Source(f"person:{name}", title, name in _PERSONAL, _said(name)) for name, title in own.items()] + found
        found += [_part("home", _("Home"), part, lambda row, whom: whom.home) for part in PARTS]
    return {source.key: source for source in found}


def _cell(column: Any) -> Callable[[Any, Whom], Any]:
    def value(row: Any, whom: Whom) -> Any:
        kept = column.value(row)
        return kept if isinstance(kept, date) else column.text(row)

    return value


def _said(name: str) -> Callable[[Any, Whom], Any]:
    return lambda row, whom: whom.said.get(name)


def _area(name: str) -> Callable[[Any, Whom], str]:
    return lambda row, whom: getattr(row, name) or ""


def _part(key: str, title: Any, part: str, code: Callable[[Any, Whom], str]) -> Source:
    width = LEVELS[part]

    def value(row: Any, whom: Whom) -> str:
        found = code(row, whom)
        return area_name(found[:width]) if len(found) >= width else ""

    return Source(f"{key}:{part}", _Joined(title, LEVEL_NAMES[part]), False, value)


class _Joined:
    """Two translated texts as one, translated when it is shown."""

    def __init__(self, *texts: Any) -> None:
        self.texts = texts

    def __str__(self) -> str:
        return " · ".join(str(text) for text in self.texts)


def whoms(ledger: Ledger, rows: list[Any], how: str) -> Iterator[Whom]:
    """What is known of each row's person, in a few statements; `rows` come from `Ledger.batch`."""
    if not ledger.person:
        yield from (Whom() for _row in rows)
        return
    keys = [getattr(row, f"{ledger.person}_id") for row in rows]
    seen = {person.pk: person for person in Person.objects.filter(pk__in=set(keys))}
    known = {pk: _known(person, how) for pk, person in seen.items()}
    _name(known, how)
    yield from (known.get(key) or Whom() for key in keys)


def _known(person: Person, how: str) -> Whom:
    sexes = dict(SEXES)
    said: dict[str, Any] = {"name": person.label, "sex": str(sexes[person.sex]) if person.sex else ""}
    if born := person.born_on:
        today = clock.today()
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        said |= {"born_on": born if how == PLAIN else MASK, "age": age}
    return Whom(person.home, said, seen=True)


def _name(known: Mapping[Any, Whom], how: str) -> None:
    """Put names, addresses and numbers onto those known: plain, masked, or only that there are some."""
    with acting():
        records = _records(known)
        details = PersonDetails.objects.filter(pk__in=records).values_list("pk", "name", "address")
        numbers = Identifier.objects.filter(person__in=records).exclude(kind="plate").order_by("-id")
        for pk, name, address in details:
            for said in (known[each].said for each in records[pk]):
                said |= {"name": name} if how == PLAIN and name else {}
                said |= {"address": address if how == PLAIN else MASK} if address else {}
        for number in sorted(numbers, key=lambda row: row.kind == "id_card"):
            shown = _number(number, how)
            for said in (known[each].said for each in records[number.person_id]):
                if number.kind != "phone":
                    said["id_kind"] = str(IDENTIFIER_KINDS[number.kind])
                said["phone" if number.kind == "phone" else "id_number"] = shown


def _records(known: Mapping[Any, Whom]) -> dict[Any, list[Any]]:
    """Every record of these persons, with those of them that it belongs to: merged records are one person."""
    roots: dict[Any, list[Any]] = {}
    for pk, root in Person.objects.filter(pk__in=known).values_list("pk", "canonical_id"):
        roots.setdefault(root, []).append(pk)
    merged = Person.objects.filter(canonical__in=roots, merged_into__isnull=False).values_list("pk", "canonical_id")
    return {pk: roots[root] for pk, root in merged} | roots


def _number(number: Identifier, how: str) -> str:
    if how == STARS:
        return MASK
    value = crypto.decrypt(number.key_id, number.value_enc, number.pk)
    if number.kind == "phone":
        value = value.removeprefix("+86").replace("+", "00")
    return value if how == PLAIN else identifiers.masked(number.kind, value)


def suggest(ledger: Ledger, header: str) -> str:
    """The key of what a header most likely means; `hand` where nothing is like it."""
    known = sources(ledger)
    last = header.rpartition(" / ")[2]
    for text in (header, last):
        key = _meant(ledger.name, plain(text))
        if key in known or key == words.NUMBER:
            return key
    for source in known.values():
        if plain(last) in _titles(source.title):
            return source.key
    return words.HAND


def recognised(header: str) -> bool:
    """Whether a header says something to us, whatever the ledger: this is how the header's row is found."""
    return any(_meant(name, plain(header)) for name in ("", "x.cases"))


def _meant(ledger: str, text: str) -> str:
    for key, others in _OTHERS.items():
        if text in {plain(other) for other in others}:
            return key
    shape = shapes().get(ledger.rpartition(".")[2]) or shapes()["contacts"]
    column = shape.headers.get(text, "")
    if column in _PERSONAL or column in _OF_PERSON:
        return f"person:{column}"
    return f"column:{column}" if column else ""


def _titles(title: Any) -> set[str]:
    found = set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.add(plain(str(title)))
    return found
