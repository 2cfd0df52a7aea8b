"""Ledgers that join domains: residents, with what others know of them; and the access log, with who and whom."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.domains.residents import ages
from muster.domains.residents.words import HELP
from muster.domains.screening.models import RESULT_NAMES, Result
from muster.kernel import clock
from muster.kernel.controls.models import Control
from muster.kernel.people.models import SEXES, Person
from muster.kernel.people.queries import every_record
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import AccessLog
from muster.kernel.posts.permissions import may
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, in_ranges, register

from .queries import looks


def _ready(rows: list[Person]) -> None:
    """Whether each is under control, and the last test, over all records of the person; three queries for any rows."""
    own = every_record(row.pk for row in rows)
    held = {own[person] for person in Control.objects.open().filter(person__in=own).values_list("person_id", flat=True)}
    last: dict[Any, Result] = {}
    for result in Result.objects.live().filter(person__in=own).order_by("sampled_at", "id"):
        last[own[result.person_id]] = result
    today = clock.today()
    for row in rows:
        row.controlled, row.last_test = row.pk in held, last.get(row.pk)
        row.age, row.help = ages.age(row.born_on, today), ages.group(row.born_on, today)


def _born(value: str) -> Q | None:
    today = clock.today()
    child = Q(born_on__gt=ages.years_before(today, ages.CHILD_BELOW))
    elder = Q(born_on__lte=ages.years_before(today, ages.ELDER_FROM))
    return {ages.CHILD: child, ages.ELDER: elder, "any": child | elder}.get(value)


def _elsewhere(row: Person) -> str:
    return row.present if row.present != row.home else ""


RESIDENTS = Ledger(
    name="residents.people", title=_("Residents"), model=Person, route="residents:list", path="residents/",
    needs="residents.see_residents", counter="people_person", scope=in_ranges("home"), person="canonical",
    opens="residents:resident", order="home", place="home", empty=_("Nobody is recorded as living here."), ready=_ready,
    template="reports/residents.html",
    beside=lambda request: {"may_record": may(request.post_held, "residents.record_resident")},
    source=lambda: Person.objects.filter(merged_into=None).select_related("household"),
    columns=(
        columns.whom(_("Full name")),
        columns.words("sex", _("Sex"), dict(SEXES)),
        columns.number("age", _("Age")),
        columns.words("help", _("Needs help"), HELP, {ages.CHILD: "info", ages.ELDER: "info"}),
        columns.area("home", _("Home"), sort=True),
        columns.text("door", _("Door"), "household.door"),
        columns.area("present", _("Now at"), _elsewhere),
        columns.yes_no("controlled", _("Control"), _("under control"), _("no"), ("warn", "off"), "controlled"),
        columns.moment("sampled_at", _("Last test"), "last_test.sampled_at"),
        columns.words("result", _("Result"), RESULT_NAMES, value="last_test.result"),
    ),
    filters=(
        filters.within(field="home"),
        filters.reference("household", _("Household")),
        filters.Filter("help", _("Needs help"), _born, lambda post: [("any", _("children and elders")), *HELP.items()],
                       parts=({"born_on"},)),
        filters.choice("sex", _("Sex"), dict(SEXES), broad="two halves"),
    ),
)  # fmt: skip


def _with_words(rows: list[AccessLog]) -> None:
    """Who looked and at whom, by the login of actions: pages read neither accounts nor the log."""
    with acting():
        for row, said in zip(rows, looks.in_words(rows), strict=True):
            row.said = said


LOOKS = Ledger(
    name="posts.log", title=_("Who looked"), model=AccessLog, route="posts:log", path="log/", needs="posts.see_log",
    closed=True, order="-at", empty=_("Nobody looked."), ready=_with_words, template="reports/log.html",
    columns=(
        columns.moment("at", _("When"), sort=True),
        columns.words("event", _("Kind of look"), looks.EVENTS, looks.TONES),
        columns.text("who", _("Who"), lambda row: row.said["who"], html=looks.who),
        columns.text("about", _("About"), lambda row: row.said["about"], html=looks.about),
        columns.text("field", _("What of it"), lambda row: row.said["field"], write=str),
        columns.text("purpose", _("What for"), lambda row: row.said["purpose"], write=str),
        columns.area("area", _("Where")),
    ),
    filters=(
        filters.choice("event", _("Kind of look"), looks.EVENTS),
        filters.within(_("Where")),
        filters.Filter("person", _("Person"), looks.of_person, parts=({"subject"},)),
        filters.reference("by", _("Post"), "post_id"),
    ),
)  # fmt: skip

register(RESIDENTS, LOOKS)
