"""The co-presence rule: each clause by hand, then the program's statement against tests/oracle.py on much data."""

from __future__ import annotations

import csv
import random
from bisect import bisect
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from muster.domains.tracing.copresence.queries import Rule, Spreader, copresence, places_of
from muster.kernel.people.models import PLACE_KINDS, Person, Place
from muster.kernel.posts.logins import acting
from muster.kernel.presence.load import drop_presence, load_presence
from tests import oracle
from tests.oracle import Row

GOWALLA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "3_checkins" / "gowalla_nyc" / "checkins.csv"
DAY = datetime(2021, 11, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
RULE = Rule(minutes=10, default_minutes=60)


def at(hour: int, minute: int = 0, second: int = 0, day: int = 0) -> datetime:
    return DAY + timedelta(days=day, hours=hour, minutes=minute, seconds=second)


NIGHT = at(20)


class Bench:
    """People and places by name, their stays, and traces among them."""

    def __init__(self, people, places: dict) -> None:
        made = Person.objects.bulk_create(Person(created_at=DAY) for _ in people)
        self.person = dict(zip(people, _keys(Person, made), strict=True))
        kinds = [kind if isinstance(kind, tuple) else (kind, "") for kind in places.values()]
        made = Place.objects.bulk_create(Place(kind=kind, layout=layout) for kind, layout in kinds)
        self.place = dict(zip(places, _keys(Place, made), strict=True))
        self.of_kind = defaultdict(set)
        for name, (kind, _layout) in zip(places, kinds, strict=True):
            self.of_kind[kind].add(name)
        self.name = {key: name for name, key in self.person.items()}
        self.place_name = {key: name for name, key in self.place.items()}

    def merge(self, record, into) -> None:
        kept = Person.objects.get(key=self.person[into])
        Person.objects.filter(key=self.person[record]).update(merged_into=kept, canonical=kept)

    def load(self, rows, seats=()) -> None:
        rows = [tuple(row) for row in rows]
        keyed = [(self.person[who], self.place[where], *rest) for who, where, *rest in rows]
        loaded = load_presence([(*row, seat) for row, seat in zip(keyed, seats or [None] * len(keyed), strict=True)])
        assert not loaded.rejected

    def spreader(self, who, since=DAY, until=None, case_no=1) -> Spreader:
        return Spreader(case_no, self.person[who], since, until)

    def ring(self, *spreaders: Spreader, as_of=NIGHT, rule=RULE, without=()) -> dict:
        """By name: the contact as the oracle gives it."""
        return self.named(copresence(spreaders, rule, as_of=as_of, without=[(1, self.person[who]) for who in without]))

    def named(self, met) -> dict:
        return {
            self.name[one.person]: oracle.Contact(
                one.minutes, one.first_at, one.last_at, tuple(sorted(self.place_name[key] for key in one.places))
            )
            for one in met
        }


def second_ring(first, as_of, isolated) -> list[Spreader]:
    """The first ring as spreaders: from when each first met a case until isolated (by key), else as-of."""
    return [Spreader(met.case_no, met.person, met.first_at, isolated.get(met.person, as_of)) for met in first]


def _keys(model, made) -> list[int]:
    keys = dict(model.objects.values_list("pk", "key"))
    return [keys[one.pk] for one in made]


@pytest.fixture
def acts(db):
    with acting():
        yield
        drop_presence(date.max)


@pytest.fixture
def bench(acts):
    """Case a, others b to e; a shop, a canteen, a hotel, a home, and a bus with numbered seats."""
    kinds = {"shop": "market", "canteen": "dining", "hotel": "lodging", "home": "residence"}
    return Bench("abcde", {**kinds, "bus": ("transport", "coach_ventilated")})


def stay(who, where, start, end, source="venue_code") -> Row:
    return Row(who, where, start, end, source)


def test_ten_minutes_together_are_enough_and_a_second_less_is_not(bench):
    bench.load(
        [
            stay("a", "shop", at(9), at(10)),
            stay("b", "shop", at(9, 50), at(11)),
            stay("c", "shop", at(9, 50, 1), at(11)),
        ]
    )
    assert bench.ring(bench.spreader("a")) == {"b": (10, at(9, 50), at(10), ("shop",))}


def test_intervals_are_half_open(bench):
    bench.load([stay("a", "shop", at(9), at(10)), stay("b", "shop", at(10), at(11))])
    assert bench.ring(bench.spreader("a"), rule=replace(RULE, minutes=0)) == {}


def test_touching_stays_are_one_and_others_are_not(bench):
    bench.load(
        [
            stay("a", "shop", at(9), at(12)),
            stay("b", "shop", at(9), at(9, 6)),
            stay("b", "shop", at(9, 6), at(9, 12)),
            stay("c", "shop", at(9), at(9, 6)),
            stay("c", "shop", at(9, 6, 1), at(9, 12)),
        ]
    )
    assert bench.ring(bench.spreader("a")) == {"b": (12, at(9), at(9, 12), ("shop",))}


def test_seconds_are_summed_over_all_places_and_rounded_down_once(bench):
    bench.load(
        [
            stay("a", "shop", at(9), at(9, 10, 40)),
            stay("b", "shop", at(9), at(9, 10, 40)),
            stay("a", "canteen", at(12), at(12, 10, 40)),
            stay("b", "canteen", at(12), at(12, 30)),
        ]
    )
    assert bench.ring(bench.spreader("a")) == {"b": (21, at(9), at(12, 10, 40), ("canteen", "shop"))}


def test_being_in_two_places_at_once_counts_at_both(bench):
    rows = [stay(who, where, at(9), at(10)) for who in "ab" for where in ("shop", "canteen")]
    bench.load(rows)
    assert bench.ring(bench.spreader("a"))["b"].minutes == 120


def test_a_row_without_an_end_lasts_the_default_and_no_later_scan_cuts_it(bench):
    bench.load(
        [
            stay("a", "shop", at(9), None),
            stay("a", "canteen", at(9, 10), None),
            stay("b", "shop", at(9, 50), None),
            stay("c", "shop", at(9, 51), None),
            stay("d", "canteen", at(9, 10), None),
        ]
    )
    assert bench.ring(bench.spreader("a")) == {
        "b": (10, at(9, 50), at(10), ("shop",)),
        "d": (60, at(9, 10), at(10, 10), ("canteen",)),
    }


def test_a_guest_without_a_departure_stays_until_the_as_of_moment(bench):
    bench.load(
        [
            stay("a", "hotel", at(8, day=-9), None, "lodging"),
            stay("b", "hotel", at(14), at(15)),
            stay("c", "hotel", at(22, day=-9), None, "lodging"),
            stay("d", "hotel", at(19), None),
        ]
    )
    assert bench.ring(bench.spreader("a")) == {
        "b": (60, at(14), at(15), ("hotel",)),
        "c": (20 * 60, DAY, NIGHT, ("hotel",)),
        "d": (60, at(19), NIGHT, ("hotel",)),
    }


def test_a_long_stay_begun_before_the_window_is_found(bench):
    bench.load([stay("a", "shop", at(9), at(10)), stay("b", "shop", at(9, day=-20), at(9, 30))])
    assert bench.ring(bench.spreader("a")) == {"b": (30, at(9), at(9, 30), ("shop",))}
    assert bench.ring(bench.spreader("b")) == {"a": (30, at(9), at(9, 30), ("shop",))}


def test_the_window_clips_both(bench):
    bench.load([stay(who, "shop", at(9), at(12)) for who in "ab"])
    assert bench.ring(bench.spreader("a", at(10), at(11))) == {"b": (60, at(10), at(11), ("shop",))}
    assert bench.ring(bench.spreader("a", at(10), at(10, 9))) == {}
    assert bench.ring(bench.spreader("a", at(11), at(10))) == {}
    assert bench.ring(bench.spreader("a", until=at(23)), as_of=at(10))["b"].minutes == 60


def test_what_came_in_after_the_as_of_moment_does_not_count(bench):
    bench.load([stay("a", "hotel", at(8), None, "lodging"), stay("b", "hotel", at(9), None, "lodging")])
    assert bench.ring(bench.spreader("a"), as_of=at(9)) == {}
    assert bench.ring(bench.spreader("a"), as_of=at(9, 15))["b"].minutes == 15


def test_only_places_of_the_given_kinds_count(bench):
    bench.load([stay(who, where, at(9), at(10)) for who in "ab" for where in ("shop", "canteen")])
    assert bench.ring(bench.spreader("a"), rule=replace(RULE, kinds=("dining",)))["b"].places == ("canteen",)
    assert bench.ring(bench.spreader("a"), rule=replace(RULE, kinds=())) == {}


def test_merged_records_are_one_person(bench):
    bench.load(
        [
            stay("a", "shop", at(9), at(9, 5)),
            stay("e", "shop", at(9, 5), at(9, 20)),
            stay("b", "shop", at(9), at(9, 6)),
            stay("c", "shop", at(9, 6), at(9, 12)),
        ]
    )
    assert bench.ring(bench.spreader("a")) == {}
    bench.merge("c", into="b")
    bench.merge("e", into="a")
    expected = {"b": (12, at(9), at(9, 12), ("shop",))}
    assert bench.ring(bench.spreader("a")) == bench.ring(bench.spreader("e")) == expected
    assert set(bench.ring(bench.spreader("b"))) == set(bench.ring(bench.spreader("c"))) == {"a"}


def test_where_seats_are_known_only_near_rows_count(bench):
    rows = [stay(who, "bus", at(9), at(10), "seat") for who in "abcd"]
    bench.load(rows, seats=[5, 8, 9, None])
    near = replace(RULE, reach={"coach_ventilated": 3})
    assert set(bench.ring(bench.spreader("a"), rule=near)) == {"b", "d"}
    assert set(bench.ring(bench.spreader("d"), rule=near)) == {"a", "b", "c"}
    assert set(bench.ring(bench.spreader("a"))) == {"b", "c", "d"}
    assert set(bench.ring(bench.spreader("a"), rule=replace(RULE, reach={"plane": 3}))) == {"b", "c", "d"}
    met = {bench.name[one.person]: one for one in copresence([bench.spreader("a")], near, as_of=NIGHT)}
    assert (met["b"].seated, met["b"].sources, met["d"].seated) == (True, ("seat",), False)


def test_a_room_infects_for_a_while_after_the_case_left(bench):
    bench.load([stay("a", "shop", at(9), at(10)), stay("b", "shop", at(11), at(13)), stay("c", "shop", at(12), at(13))])
    assert bench.ring(bench.spreader("a"), rule=replace(RULE, air_minutes=120)) == {
        "b": (60, at(11), at(12), ("shop",))
    }


def test_the_second_ring_starts_at_the_first_meeting_and_ends_with_isolation(bench):
    bench.load(
        [
            stay("a", "shop", at(9), at(10)),
            stay("b", "shop", at(9, 30), at(10)),
            stay("b", "home", at(7), at(9, 45)),
            stay("c", "home", at(7), at(9, 45)),
            stay("b", "canteen", at(12), at(13)),
            stay("d", "canteen", at(12), at(13)),
        ]
    )
    first = copresence([bench.spreader("a")], RULE, as_of=NIGHT)

    def second(isolated):
        return bench.ring(*second_ring(first, NIGHT, isolated), without="a")

    home = ("c", (15, at(9, 30), at(9, 45), ("home",)))
    assert second({}) == dict([home, ("d", (60, at(12), at(13), ("canteen",)))])
    assert second({bench.person["b"]: at(12, 20)}) == dict([home, ("d", (20, at(12), at(12, 20), ("canteen",)))])
    assert second({bench.person["b"]: at(12, 9)}) == dict([home])


def test_second_ring_minutes_are_the_union_over_contacts_each_of_whom_was_long_enough(bench):
    bench.load(
        [
            stay("b", "home", at(9), at(9, 20)),
            stay("c", "home", at(9, 10), at(9, 30)),
            stay("d", "home", at(9), at(9, 30)),
            stay("b", "shop", at(11), at(11, 6)),
            stay("c", "shop", at(11, 6), at(11, 12)),
            stay("e", "shop", at(11), at(12)),
        ]
    )
    found = bench.ring(bench.spreader("b"), bench.spreader("c"))
    assert found == {"d": (30, at(9), at(9, 30), ("home",))}


def test_the_case_and_the_first_ring_are_not_in_the_second(bench):
    bench.load([stay(who, "home", at(9), at(10)) for who in "abcd"])
    bench.merge("e", into="d")
    assert set(bench.ring(bench.spreader("b"), bench.spreader("c"), without="a")) == {"d"}
    assert bench.ring(bench.spreader("b"), bench.spreader("c"), without="ae") == {}
    isolated = bench.spreader("c", at(9), at(9))
    assert set(bench.ring(bench.spreader("b"), isolated, without="a")) == {"d"}


def test_many_cases_in_one_question_do_not_mix(bench):
    bench.load([stay(who, "home", at(9), at(10)) for who in "abc"])
    met = copresence([bench.spreader("a"), bench.spreader("b", at(9, 30), case_no=2)], RULE, as_of=NIGHT)
    assert [(one.case_no, bench.name[one.person], one.minutes) for one in met] == [
        (1, "b", 60), (1, "c", 60), (2, "a", 30), (2, "c", 30),
    ]  # fmt: skip


def test_the_places_of_a_person(bench):
    bench.merge("e", into="a")
    bench.load(
        [
            stay("a", "shop", at(9), at(10)),
            stay("e", "shop", at(10), at(11), "told"),
            stay("b", "shop", at(10, 30), None),
            stay("a", "hotel", at(3, day=-1), None, "lodging"),
        ]
    )
    stays = places_of(bench.person["e"], DAY, at(23), as_of=NIGHT, default_minutes=60)
    assert [(bench.name[s.person], bench.place_name[s.place], *s[2:4], s.sources) for s in stays] == [
        ("a", "hotel", DAY, NIGHT, ("lodging",)),
        ("a", "shop", at(9), at(11), ("venue_code", "told")),
    ]


@pytest.mark.parametrize("seed", range(25))
def test_random_stays_give_what_brute_force_gives(acts, seed):
    chance = random.Random(seed)
    people, places = list(range(14)), {number: chance.choice(["dining", "market"]) for number in range(4)}
    world = Bench(people, places)
    rows = [_random_row(chance, people, places) for _ in range(chance.randint(20, 160))]
    world.load(rows)
    canonical = {}
    for record in chance.sample(range(7, 14), 3):
        canonical[record] = chance.randrange(7)
        world.merge(record, canonical[record])
    as_of = at(chance.randint(8, 24))
    log = oracle.Log(rows, as_of, default_minutes=45, canonical=canonical)
    cases = [
        (case, who, at(chance.randint(-6, 12)), at(chance.randint(10, 30)))
        for case, who in enumerate(chance.sample(people, 6))
    ]
    isolated = {who: at(chance.randint(6, 26)) for who in chance.sample(range(7), 3)}
    _compare(world, log, canonical, cases, isolated, as_of, Rule(10, 45), Rule(15, 45, kinds=("dining",)))


def _random_row(chance, people, places) -> Row:
    entered = at(0) + timedelta(minutes=chance.randint(-2000, 1500), seconds=chance.choice([0, 0, 17]))
    source = chance.choice(["venue_code", "venue_code", "trip", "told", "lodging"])
    left = None if chance.random() < 0.4 else entered + timedelta(minutes=chance.choice([0, 5, 10, 30, 90, 900]))
    return Row(chance.choice(people), chance.choice(list(places)), entered, left, source)


def _compare(world, log, canonical, cases, isolated, as_of, rule, rule2) -> tuple[int, int]:
    """Both rings of all cases, in one question each, against the oracle; returns the sizes."""
    first = copresence([world.spreader(who, a, b, case) for case, who, a, b in cases], rule, as_of=as_of)
    second = copresence(
        second_ring(first, as_of, {world.person[who]: when for who, when in isolated.items()}),
        rule2, as_of=as_of, without=[(case, world.person[who]) for case, who, _a, _b in cases],
    )  # fmt: skip
    closed = {name for kind in rule2.kinds for name in world.of_kind[kind]}
    for case, who, since, until in cases:
        person = canonical.get(who, who)
        ring1 = oracle.first_ring(log, person, since, until, rule.minutes)
        ring2 = oracle.second_ring(log, person, ring1, isolated, rule2.minutes, closed)
        assert world.named([met for met in first if met.case_no == case]) == ring1
        assert world.named([met for met in second if met.case_no == case]) == ring2
    return len(first), len(second)


@pytest.mark.slow
@pytest.mark.skipif(not GOWALLA.exists(), reason=f"no Gowalla check-ins at {GOWALLA}")
def test_two_hundred_traces_of_real_check_ins_equal_brute_force(acts):
    with GOWALLA.open(encoding="utf-8") as file:
        rows = sorted(
            (
                Row(int(line["user_id"]), int(line["venue_id"]), datetime.fromisoformat(line["time_utc"]))
                for line in csv.DictReader(file)
            ),
            key=lambda row: row.entered,
        )
    entered = [row.entered for row in rows]
    chance = random.Random(2021)
    kinds = list(PLACE_KINDS)
    venues = {venue: kinds[chance.randrange(len(kinds))] for venue in sorted({row.place for row in rows})}
    world = Bench(sorted({row.person for row in rows}), venues)
    world.load(rows)
    sizes = [0, 0]
    of_person = defaultdict(list)
    for row in rows:
        of_person[row.person].append(row)
    for person in chance.sample(sorted(who for who, own in of_person.items() if len(own) >= 10), 200):
        row = chance.choice(of_person[person])
        since = row.entered - timedelta(days=chance.randint(2, 20), hours=chance.randint(0, 23))
        as_of = row.entered + timedelta(hours=chance.randint(1, 400))
        until = as_of if chance.random() < 0.5 else row.entered + timedelta(hours=chance.randint(1, 400))
        log = oracle.Log(rows[bisect(entered, since - timedelta(days=1)) : bisect(entered, as_of)], as_of, 60)
        isolated = {who: row.entered + timedelta(hours=chance.randint(0, 400)) for who in sorted(log.places)[::3]}
        ring2 = Rule(10, 60, kinds=("residence", "workplace", "dining", "entertainment"))
        found = _compare(world, log, {}, [(1, row.person, since, until)], isolated, as_of, RULE, ring2)
        sizes = [have + more for have, more in zip(sizes, found, strict=True)]
    assert sizes[0] > 200 and sizes[1] > 100, sizes  # not a comparison of nothing with nothing
