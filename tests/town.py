"""A small town to test in: two districts of one city, and a named cast. Builders are plain functions; all synthetic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from muster.kernel import clock, ids
from muster.kernel.areas import installation
from muster.kernel.areas.models import Area, Installation
from muster.kernel.duties.actions import open_duty
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record
from muster.kernel.people import identifiers, names
from muster.kernel.people.crypto import blind_index, encrypt
from muster.kernel.people.models import Household, Identifier, Organisation, Person, PersonDetails, Place
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post, User

LONG_AGO = datetime(2021, 1, 1, tzinfo=UTC)

AREAS = [
    ("61", "陕西省", "province"),
    ("6104", "咸阳市", "city"),
    ("610404", "渭城区", "district"),
    ("610404001", "中山街道", "street"),
    ("610404001001", "中山社区", "community"),
    ("610404001001001", "中山社区第一网格", "grid"),
    ("610404001001001001", "1号楼", "building"),
    ("610404001001002", "中山社区第二网格", "grid"),
    ("610404002", "文汇路街道", "street"),
    ("610404002001", "文汇社区", "community"),
    ("610404002001001", "文汇社区第一网格", "grid"),
    ("610402", "秦都区", "district"),
    ("610402001", "人民路街道", "street"),
    ("610402001001", "人民社区", "community"),
    ("610402001001001", "人民社区第一网格", "grid"),
]
GRID = "610404001001001"
NEXT_GRID = "610404001001002"
FAR_GRID = "610402001001001"


@dataclass
class Town:
    """The cast by name: posts, persons and places."""

    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    laboratory: Organisation | None = None

    def __getattr__(self, name: str):
        """`town.officer`, `town.wang`, `town.hotel`: whichever it is."""
        for shelf in ("posts", "people", "places"):
            if name in self.__dict__.get(shelf, {}):
                return self.__dict__[shelf][name]
        raise AttributeError(name)


def build_town() -> Town:
    """Make the town in an empty database."""
    with acting():
        Installation.objects.create(name="渭城区", timezone="Asia/Shanghai", kind="live", created_at=LONG_AGO)
        installation.forget()
        Area.objects.bulk_create(
            Area(code=code, name=name, level=level, parent=_parent(code)) for code, name, level in AREAS
        )
        town = Town()
        _places(town)
        _posts(town)
        _people(town)
    return town


def _parent(code: str) -> str | None:
    return max((c for c, _, _ in AREAS if c != code and code.startswith(c)), key=len, default=None)


def _places(town: Town) -> None:
    town.laboratory = Organisation.objects.create(ref="lab", name="区疾控实验室", kind="laboratory", area="610404")
    town.places["hotel"] = make_place("hotel", "集中隔离点", "lodging", "610404001001")
    town.places["canteen"] = make_place("canteen", "职工食堂", "dining", "610404002001")


def _posts(town: Town) -> None:
    held = {
        "administrator": (roles.ADMINISTRATOR, "", {}),
        "headquarters": (roles.HEADQUARTERS, "610404", {}),
        "city": (roles.HEADQUARTERS, "6104", {}),
        "desk": (roles.DUTY_DESK, "610404", {}),
        "investigator": (roles.INVESTIGATOR, "610404", {}),
        "street": (roles.STREET, "610404001", {}),
        "community": (roles.COMMUNITY, "610404001001", {}),
        "worker": (roles.GRID, GRID, {}),
        "neighbour": (roles.GRID, NEXT_GRID, {}),
        "auditor": (roles.AUDITOR, "610404", {}),
        "site": (roles.ISOLATION_SITE, "", {"place_id": town.places["hotel"].id}),
        "lab": (roles.LABORATORY, "", {"organisation_id": town.laboratory.id}),
        "far_headquarters": (roles.HEADQUARTERS, "610402", {}),
        "far_investigator": (roles.INVESTIGATOR, "610402", {}),
        "far_community": (roles.COMMUNITY, "610402001001", {}),
        "far_worker": (roles.GRID, FAR_GRID, {}),
    }
    for name, (role, area, bound) in held.items():
        town.posts[name] = make_post(name, role, area, **bound)


def _people(town: Town) -> None:
    home = Household.objects.create(ref="h1", area=GRID + "001", door="1单元101")
    far = Household.objects.create(ref="h2", area=FAR_GRID, door="2单元502")
    for ref, name, household in [
        ("wang", "王建国", home),
        ("li", "李秀英", home),
        ("zhang", "张伟", None),
        ("zhao", "赵敏", far),
    ]:
        area = household.area if household else GRID
        town.people[ref] = make_person(ref, name, area, household=household)


def make_post(name: str, role: str, area: str = "", **bound) -> Post:
    """A user with one post, signing in with `name`."""
    user = User.objects.create(username=name, display_name=name, password="!", totp_confirmed_at=LONG_AGO)
    return Post.objects.create(user=user, role=role, area=area, from_at=LONG_AGO, **bound)


def make_place(ref: str, name: str, kind: str, area: str) -> Place:
    """A place."""
    place = Place(ref=ref, name=name, kind=kind, area=area)
    place.save()
    return Place.objects.get(pk=place.pk)


def make_person(ref: str, name: str, area: str, *, phone: str = "", household: Household | None = None) -> Person:
    """A person with a name, and a phone if one is given."""
    person = Person(ref=ref, label=names.mask(name), home=area, household=household, created_at=clock.now())
    person.save()
    key, initials = names.keys(name)
    PersonDetails.objects.create(person=person, name=name, name_key=key, initials=initials)
    if phone:
        _give_number(person, "phone", phone)
    return Person.objects.get(pk=person.pk)


def _give_number(person: Person, kind: str, value: str) -> None:
    number = identifiers.read(kind, value)
    row = Identifier(person=person, kind=kind, country=number.country)
    row.key_id, row.value_enc = encrypt(number.value, row.id)
    row.blind_index = blind_index(*number)
    row.save()


def owe(town: Town, clock_now: datetime, *, kind: str = "tracing.notify_contact", who: str = "wang", **row) -> Duty:
    """An open duty about a person, because of a fact that starts no procedure."""
    person = town.people[who]
    area = row.pop("area", None) or person.home
    with acting():
        cause = row.pop("because", None) or record(
            "tracing.contact_found", subject=ids.uuid7(), area=area, by=SYSTEM, now=clock_now, data={"history": True}
        )
        return open_duty(
            kind, subject=row.pop("subject", None) or ids.uuid7(), person=person, area=area, by=SYSTEM, now=clock_now,
            because=cause, plan="covid19-cn-8", **row,
        )  # fmt: skip


def sign_in(client, post: Post) -> None:
    """Make a test client act on a post, as if its user had signed in."""
    session = client.session
    session.update({"user": str(post.user_id), "post": str(post.id), "at": clock.now().timestamp()})
    session.save()
