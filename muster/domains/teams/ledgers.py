"""The lists of teams: teams, calls for them, and where they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.posts.permissions import may, reaches
from muster.ledger import columns, filters
from muster.ledger.declaring import Deed, Ledger, register
from muster.web.templatetags import muster as tags

from . import actions, words
from .actions.services import why_not
from .models import Call, Mission, Service, StandbySite, Team

FEW = "some for each community or street: thousands at most"
OPEN = Q(filled_at=None, withdrawn_at=None)
CALL_STATES = {"open": _("people are wanted"), "filled": _("enough are coming"), "withdrawn": _("nobody is needed")}
CALL_TONES = {"open": "warn", "filled": "ok", "withdrawn": "off"}


def _with_missions(teams: list[Team]) -> None:
    """Where each team is now, or goes next."""
    held: dict[Any, Mission] = {}
    for mission in Mission.objects.holding().filter(team__in=[team.pk for team in teams]).order_by("-starts_at"):
        held[mission.team_id] = mission
    for team in teams:
        team.mission = held.get(team.pk)


def _where(row: Team) -> Any:
    mission = row.mission
    if mission is None:
        return tags.state_badge(_("free"), "ok")
    return tags.state_badge(f"{mission.get_state_display()} · {mission.place}", words.TONES[mission.state])


TEAMS = Ledger(
    name="teams.teams", title=_("Teams"), model=Team, route="teams:teams", path="teams/", needs="teams.see_teams",
    opens="teams:team", order="area", live="duties", few=FEW, template="teams/teams.html", ready=_with_missions,
    source=lambda: Team.objects.standing(), empty=_("No team here yet."),
    beside=lambda request: {
        "may_add": may(request.post_held, "teams.add_team"),
        "kinds": words.KINDS.items(),
        "values": request.POST or {"area": request.post_held.area},
    },
    columns=(
        columns.text("name", _("Team")),
        columns.words("kind", _("What it is"), words.KINDS),
        columns.area("area", _("Stationed in"), sort=True),
        columns.number("strength", _("People")),
        columns.text("where", _("Where it is"), lambda row: row.mission.place if row.mission else "", html=_where),
    ),
    filters=(filters.choice("kind", _("What it is"), words.KINDS), filters.within()),
)  # fmt: skip


def state_of(row: Call) -> str:
    """`open`, `filled` or `withdrawn`."""
    return "withdrawn" if row.withdrawn_at else "filled" if row.filled_at else "open"


def _asking(request: HttpRequest) -> dict[str, Any]:
    """The form that asks for people, below the list; a link from elsewhere fills it in."""
    begins = clock.now().replace(second=0, microsecond=0)
    known = {name: request.GET[name] for name in ("place", "wanted", "site", "round") if name in request.GET}
    area = request.GET.get("at", request.post_held.area)
    values = {"starts_at": begins, "ends_at": begins + timedelta(hours=6), "area": area, **known}
    return {
        "may_ask": may(request.post_held, "teams.ask"),
        "asking": "place" in request.GET,
        "kinds": words.KINDS.items(),
        "values": request.POST or values,
    }


def _over(row: Call, post: Any) -> Any:
    if row.withdrawn_at:
        return _("Nobody is needed there any more.")
    return None if reaches(post, row.area) else _("It lies outside your area.")


CALLS = Ledger(
    name="teams.calls", title=_("Calls for teams"), model=Call, route="teams:calls", path="teams/calls/",
    needs="teams.see_teams", opens="teams:call", order="-starts_at", live="duties", few=FEW,
    template="teams/calls.html", beside=_asking, empty=_("Nobody asks for a team."),
    late=lambda row: row.open and row.starts_at < clock.now(),
    columns=(
        columns.text("place", _("Where to")),
        columns.area("area", _("Area")),
        columns.words("kind", _("What it is"), words.KINDS),
        columns.number("wanted", _("People wanted")),
        columns.words("state", _("State"), CALL_STATES, CALL_TONES, value=state_of),
        columns.moment("starts_at", _("From"), sort=True),
        columns.moment("ends_at", _("Until")),
        columns.moment("asked_at", _("Asked for"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {
            "open": (CALL_STATES["open"], OPEN),
            "filled": (CALL_STATES["filled"], Q(filled_at__isnull=False, withdrawn_at=None)),
            "withdrawn": (CALL_STATES["withdrawn"], Q(withdrawn_at__isnull=False)),
        }),
        filters.choice("kind", _("What it is"), words.KINDS),
        filters.within(),
    ),
    deeds=(
        Deed("withdraw", _("Nobody is needed any more"), "teams.withdraw", _over,
             lambda by, row, now: actions.withdraw(by=by, call=row, now=now)),
    ),
)  # fmt: skip


def _either_end(rows: QuerySet[Mission], post: Any) -> QuerySet[Mission]:
    """Missions to an area of the post's, and those of its own teams."""
    if post.lo is None:
        return rows.none()
    ends = [Q(**{f"{field}__gte": post.lo, f"{field}__lt": post.hi}) for field in ("area", "home")]
    return rows.filter(ends[0] | ends[1])


def _free(row: Mission, post: Any) -> Any:
    if row.state not in words.HOLDING:
        return _("This team is free already.")
    return None if reaches(post, row.area) else _("It lies outside your area.")


def late(row: Mission) -> bool:
    """Whether a team should be on site, or gone, by now."""
    now = clock.now()
    return (row.state == words.ACCEPTED and row.arrive_by < now) or (row.state == words.ARRIVED and row.ends_at < now)


MISSIONS = Ledger(
    name="teams.missions", title=_("Teams on the way and on site"), model=Mission, route="teams:missions",
    path="teams/missions/", needs="teams.see_teams", opens="teams:mission", order="-starts_at", live="duties", few=FEW,
    first="show=now", scope=_either_end, source=lambda: Mission.objects.prefetch_related("team"), late=late,
    empty=_("No team is sent anywhere."),
    columns=(
        columns.text("team", _("Team"), "team.name"),
        columns.words("state", _("State"), words.STATES, words.TONES),
        columns.text("place", _("Where to")),
        columns.area("area", _("Area"), shown=False),
        columns.number("strength", _("People")),
        columns.number("came", _("Counted on site")),
        columns.moment("starts_at", _("From"), sort=True),
        columns.moment("ends_at", _("Until")),
        columns.due("arrive_by", _("On site by"),
                    html=lambda row: tags.due(row.arrive_by) if row.state == words.ACCEPTED else
                    tags.moment(row.arrived_at)),
        columns.words("why", _("Why not"), words.WHY_REFUSED, shown=False),
        columns.area("home", _("Stationed in"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {"now": (_("Asked, on the way, on site"), Q(state__in=words.HOLDING))}),
        filters.choice("state", _("State"), words.STATES),
        filters.within(),
        filters.reference("call", _("Call for teams")),
    ),
    deeds=(
        Deed("release", _("Release the teams"), "teams.release", _free,
             lambda by, row, now: actions.release(by=by, mission=row, now=now)),
    ),
)  # fmt: skip


def _resting(row: StandbySite, post: Any) -> Any:
    if row.state != words.RESTING:
        return _("This site is called up already.")
    return None if reaches(post, row.area) else _("It lies outside your area.")


def drill_late(row: StandbySite) -> bool:
    """Whether the day of its drill is over."""
    return row.drill_due_on < clock.today()


STANDBY = Ledger(
    name="teams.standby", title=_("Standby sites"), model=StandbySite, route="teams:standby", path="teams/standby/",
    needs="teams.see_standby", opens="teams:standby_site", order="area", live="duties",
    few="some for each street: hundreds", template="teams/standby.html", empty=_("No standby site is kept here."),
    source=lambda: StandbySite.objects.filter(removed_at=None),
    late=lambda row: drill_late(row) or (row.state == words.CALLED_UP and row.due_at < clock.now()),
    beside=lambda request: {
        "may_add": may(request.post_held, "teams.add_standby"),
        "values": request.POST or {"area": request.post_held.area, "drill_days": 30},
    },
    columns=(
        columns.text("name", _("Site")),
        columns.area("area", _("Area"), sort=True),
        columns.words("state", _("State"), words.STANDBY_STATES, words.STANDBY_TONES),
        columns.due("due_at", _("Ready by"),
                    html=lambda row: tags.due(row.due_at) if row.state == words.CALLED_UP else
                    tags.moment(row.ready_at)),
        columns.number("desks", _("Desks")),
        columns.number("staff", _("Staff")),
        columns.day("drill_due_on", _("Next drill by"),
                    html=lambda row: tags.state_badge(tags.day(row.drill_due_on), "late") if drill_late(row) else
                    tags.day(row.drill_due_on)),
    ),
    filters=(filters.choice("state", _("State"), words.STANDBY_STATES), filters.within()),
    deeds=(
        Deed("call_up", _("Call the sites up"), "teams.call_up", _resting,
             lambda by, row, now: actions.call_up(by=by, site=row, now=now)),
    ),
)  # fmt: skip


def _unconfirmed(row: Service, post: Any) -> Any:
    return why_not(row, clock.now()) or (None if reaches(post, row.area) else _("It lies outside your area."))


HOURS = Ledger(
    name="teams.hours", title=_("Hours served"), model=Service, route="teams:hours", path="teams/hours/",
    needs="teams.see_teams", order="-came_at", person="person", live="duties",
    few="one for each time that somebody serves: thousands in a month",
    source=lambda: Service.objects.filter(came_at__isnull=False).prefetch_related("mission__team", "member"),
    empty=_("Nobody has served yet."),
    columns=(
        columns.whom(),
        columns.text("team", _("Team"), "mission.team.name"),
        columns.text("place", _("Where to"), "mission.place"),
        columns.words("state", _("State"), words.SERVICE_STATES, words.SERVICE_TONES),
        columns.moment("came_at", _("Came"), sort=True),
        columns.moment("left_at", _("Left")),
        columns.number("counted", _("Minutes there")),
        columns.number("minutes", _("Minutes confirmed")),
        columns.moment("confirmed_at", _("Confirmed at"), shown=False),
        columns.area("area", _("Stationed in"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {
            "open": (_("hours to be confirmed"), Q(confirmed_at=None)),
            "confirmed": (_("hours confirmed"), Q(confirmed_at__isnull=False)),
        }),
        filters.within(),
    ),
    deeds=(
        Deed("confirm", _("Confirm the hours as counted"), "teams.confirm_hours", _unconfirmed,
             lambda by, row, now: actions.confirm_hours(by=by, service=row, now=now)),
    ),
)  # fmt: skip

register(HOURS, TEAMS, CALLS, MISSIONS, STANDBY)
