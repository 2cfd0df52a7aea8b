"""The town ready for a round of testing: two sampling sites, buildings with people, two laboratories."""

from __future__ import annotations

from datetime import timedelta

from muster.domains.screening import actions
from muster.domains.screening.checks import CHECKS
from muster.domains.screening.models import Box, Laboratory, Round, SamplingSite
from muster.kernel import clock, ids
from muster.kernel.areas.models import Area
from muster.kernel.people.models import Organisation, Place
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post
from muster.site.check import ask
from tests.town import GRID, NEXT_GRID, Town, build_town, make_person, make_post

NEXT_BUILDING = NEXT_GRID + "001"
BUILDING = GRID + "001"


def build(people: int = 0) -> Town:
    """The town with two sites in it, and so many more people in two buildings."""
    town = build_town()
    with acting():
        prepare(town, people)
    return town


def prepare(town: Town, people: int = 0) -> None:
    """Sites and people, in a town that is there already."""
    Area.objects.get_or_create(code=NEXT_BUILDING, defaults={"name": "2号楼", "level": "building", "parent": NEXT_GRID})
    for code, lat in ((BUILDING, 34.330), (NEXT_BUILDING, 34.340)):
        Place(kind="residence", area=code, lat=lat, lon=108.7).save()
    for name, code, lat in (("中山广场采样点", GRID, 34.331), ("文化宫采样点", NEXT_GRID, 34.341)):
        actions.add_site(by=SYSTEM, area=code, name=name, lat=lat, lon=108.7, desks=2)
    for number in range(people):
        ref = f"r{number}"
        town.people[ref] = make_person(ref, "赵" + chr(0x4E00 + number), BUILDING if number % 2 else NEXT_BUILDING)


def sites() -> list[SamplingSite]:
    """The two sites, by area."""
    with acting():
        return list(SamplingSite.objects.order_by("area"))


def plan(town: Town, **given) -> Round:
    """A round over the street from now on, for twelve hours."""
    now = clock.now()
    given = {"areas": ["610404001"], "disease": "covid19", "pool_size": 10, **given}
    ends = now + timedelta(hours=12)
    return actions.plan_round(by=town.headquarters, starts_at=now, ends_at=ends, **given)


def opened(town: Town, **given) -> Round:
    """The same, with sampling begun."""
    return actions.open_round(by=town.headquarters, round=plan(town, **given))


def swab(town: Town, who: str, tube: str, **given) -> dict:
    """The record of one swab, at the first site."""
    given = {"site": str(sites()[0].id), "person": str(town.people[who].id), **given}
    return {"op": str(ids.uuid7()), "do": "register", "tube": tube, "at": clock.now().isoformat(), **given}


def send(town: Town, row: Round, *records: dict, by: str = "street") -> dict:
    """A device sends records; returns the answer."""
    return actions.register(by=town.posts[by], round=row, records=list(records))


def seal(tube: str, count: int) -> dict:
    """The record that seals a tube."""
    return {"op": str(ids.uuid7()), "do": "seal", "tube": tube, "count": count, "at": clock.now().isoformat()}


def broken_rules() -> list[str]:
    """What `muster check` says of screening."""
    with acting():
        return [f"{sentence}: {row}" for sentence, sql in CHECKS.items() for row in ask(sql)]


def laboratory(town: Town) -> Laboratory:
    """The town's laboratory tests for us; a second person works there."""
    if "lab_second" not in town.posts:
        with acting():
            town.posts["lab_second"] = make_post("lab_second", roles.LABORATORY, organisation_id=town.laboratory.id)
    return actions.set_laboratory(by=town.headquarters, organisation=town.laboratory, tubes_a_day=5000)


def packed(town: Town, row: Round, code: str, count: int, site: int = 0) -> Box:
    """What is sealed at a site, in a box."""
    lab = laboratory(town)
    return actions.pack_box(by=town.community, code=code, round=row, site=sites()[site], laboratory=lab, count=count)


def brought(town: Town, box: Box) -> Box:
    """The box is brought to the laboratory: four signatures."""
    with acting():
        box = Box.objects.get(pk=box.pk)
    for who, side in (("community", "giver"), ("street", "taker"), ("street", "giver"), ("lab", "taker")):
        actions.hand_over_box(by=town.posts[who], box=box, side=side, count=box.tubes)
    with acting():
        return Box.objects.get(pk=box.pk)


def reported(town: Town, **found: str) -> list[str]:
    """The laboratory reports results by tube; returns the verdicts."""
    rows = [{"tube": tube, "result": result} for tube, result in found.items()]
    return [verdict[2] for verdict in actions.load_tubes(by=town.lab, rows=rows)["verdicts"]]


def other_laboratory() -> Organisation:
    """A third party's laboratory, to which nothing was brought."""
    return Organisation.objects.get_or_create(
        ref="lab2", defaults={"name": "第三方检验所", "kind": "laboratory", "area": "610404"}
    )[0]


def machine_post(laboratory: Organisation) -> Post:
    """The post of a laboratory on which its machines act."""
    return Post.objects.create(
        user=None, role=roles.LABORATORY, organisation_id=laboratory.id, from_at=clock.now() - timedelta(days=1)
    )


def third_party(town: Town, tubes_a_day: int = 1000) -> Laboratory:
    """A third party's laboratory tests for us too."""
    with acting():
        row = other_laboratory()
    return actions.set_laboratory(by=SYSTEM, organisation=row, tubes_a_day=tubes_a_day)
