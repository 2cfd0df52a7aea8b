"""The log of who was where: loading it once, by local days, by several at once; letting it go; who may read it."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from django.db import DatabaseError, connections, transaction

from muster.kernel.posts.logins import ACT, WEB, acting, connection
from muster.kernel.presence.load import Loaded, drop_presence, enter, load_presence, open_days, short_longest
from muster.kernel.presence.rows import LODGING, NO_SEAT, NONE, VENUE_CODE, Rows

NOON = datetime(2021, 11, 30, 4, tzinfo=UTC)  # 12:00 in Shanghai
HOUR = timedelta(hours=1)


@pytest.fixture
def acts(db):
    with acting():
        yield
        drop_presence(date.max)


def rows_in_log(where: str = "true") -> list[tuple]:
    return ask(
        f"SELECT person, place, entered_at, left_at, source, seat_row FROM presence WHERE {where} ORDER BY 1, 2, 3"
    )


def ask(sql: str, *values) -> list[tuple]:
    with connection().cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def longest() -> dict:
    return {place: (seconds, since) for place, seconds, since in ask("SELECT * FROM place_longest")}


def test_a_stay_comes_back_as_it_was_given(acts):
    given = [
        (1, 10, NOON, NOON + HOUR, "venue_code", None),
        (2, 10, NOON, None, "lodging", None),
        (3, 10, NOON + timedelta(microseconds=1), None, "seat", 7),
    ]
    assert load_presence(given) == Loaded(new=3)
    assert rows_in_log() == [
        (1, 10, NOON, NOON + HOUR, 1, None),
        (2, 10, NOON, None, 2, None),
        (3, 10, NOON + timedelta(microseconds=1), None, 4, 7),
    ]


def test_identical_rows_count_once_within_a_load_and_between_loads(acts):
    row = (1, 10, NOON, None, "venue_code")
    assert load_presence([row, row, (1, 10, NOON, NOON, "venue_code"), row]) == Loaded(new=2, repeated=2)
    assert load_presence([row, (1, 10, NOON, None, "told"), row]) == Loaded(new=1, repeated=1, known=1)
    assert len(rows_in_log()) == 3


def test_bad_rows_are_named_and_the_others_are_taken(acts):
    loaded = load_presence(
        [
            (1, 10, NOON, NOON - HOUR, "venue_code"),
            (2, 10, NOON, None, "rumour"),
            (3, 10, "noon", None, "told"),
            (4, 10, NOON, None, 9),
            (5, 10, NOON, NOON, "told"),
            (None, 10, NOON, NOON, "told"),
            (2**63, 10, NOON, NOON, "told"),
            (6, 10, NOON, NOON, "seat", 40_000),
            (7, 10, NOON.replace(year=1821), None, "told"),
            (8, 10, NOON, NOON.replace(year=2921), "told"),
            (9, 10, datetime.min.replace(tzinfo=UTC), None, "told"),
        ]
    )
    assert [number for number, _reason in loaded.rejected] == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert all(reason for _number, reason in loaded.rejected)
    assert [row[0] for row in rows_in_log()] == [5]


def test_a_load_of_nothing_is_nothing(acts):
    assert load_presence([]) == Loaded()
    assert load_presence([(1, 10, NOON, NOON - HOUR, "told")]).new == 0


def test_naive_times_are_local_and_offsets_count(acts):
    east = timezone(timedelta(hours=9))
    load_presence([(1, 10, datetime(2021, 11, 30, 12), datetime(2021, 11, 30, 15, tzinfo=east), "told")])
    assert rows_in_log()[0][2:4] == (NOON, NOON + 2 * HOUR)


def test_days_are_local(acts):
    midnight = datetime(2021, 11, 29, 16, tzinfo=UTC)
    second = timedelta(seconds=1)
    load_presence([(1, 10, midnight - second, None, "told"), (2, 10, midnight, None, "told")])
    days = ask("SELECT tableoid::regclass::text, person FROM presence ORDER BY 2")
    assert days == [("presence_20211129", 1), ("presence_20211130", 2)]


def test_arrays_and_rows_are_the_same(acts):
    entered = np.array(["2021-11-30T04:00", "2021-11-30T05:00"], dtype="datetime64[us]")
    left = np.array(["2021-11-30T05:00", "NaT"], dtype="datetime64[us]")
    source, seat = np.array([VENUE_CODE, LODGING], "int16"), np.full(2, NO_SEAT, "int16")
    assert load_presence(Rows(np.array([1, 2]), np.array([10, 10]), entered, left, source, seat)).new == 2
    again = load_presence([(1, 10, NOON, NOON + HOUR, "venue_code"), (2, 10, NOON + HOUR, None, "lodging")])
    assert again == Loaded(known=2)


def test_a_large_load_of_several_days_is_complete_and_ready_for_index_only_scans(acts):
    count = 40_000
    chance = np.random.default_rng(1)
    entered = int(NOON.timestamp() * 1e6) + chance.integers(0, 4 * 86_400_000_000, count)
    left = np.where(chance.random(count) < 0.5, NONE, entered + 1_000_000)
    rows = Rows(
        np.arange(count), chance.integers(0, 500, count), entered, left,
        np.ones(count, "int16"), np.where(chance.random(count) < 0.5, NO_SEAT, 3).astype("int16"),
    )  # fmt: skip
    with connection().cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")  # as in production: vacuum trusts only what was written
    assert load_presence(rows).new == count
    assert ask("SELECT count(*), count(left_at), count(seat_row), sum(person) FROM presence") == [
        (count, int((left != NONE).sum()), int((rows.seat != NO_SEAT).sum()), count * (count - 1) // 2)
    ]
    days = ask(
        "SELECT relpages, relallvisible FROM pg_inherits JOIN pg_class day ON day.oid = inhrelid"
        " WHERE inhparent = 'presence'::regclass"
    )
    assert len(days) == 5 and all(pages == visible for pages, visible in days)
    assert load_presence(rows) == Loaded(known=count)


def test_the_longest_stay_of_each_place_is_known(acts):
    load_presence(
        [
            (1, 10, NOON, NOON + HOUR, "told"),
            (2, 10, NOON, NOON + 2 * HOUR + timedelta(microseconds=1), "told"),
            (3, 11, NOON, None, "told"),
            (4, 12, NOON, None, "lodging"),
        ]
    )
    assert longest() == {10: (7201, None), 11: (0, None), 12: (0, NOON)}
    load_presence([(5, 10, NOON, NOON, "told"), (6, 12, NOON - HOUR, None, "lodging"), (7, 12, NOON, None, "lodging")])
    assert longest() == {10: (7201, None), 11: (0, None), 12: (0, NOON - HOUR)}
    assert short_longest() == []
    with connection().cursor() as cursor:
        cursor.execute("UPDATE place_longest SET seconds = 7200 WHERE place = 10")
        cursor.execute("UPDATE place_longest SET open_since = NULL WHERE place = 12")
        cursor.execute("DELETE FROM place_longest WHERE place = 11")
    assert short_longest() == [10, 11, 12]


def test_old_days_are_dropped_with_what_they_said_about_places(acts):
    day = timedelta(days=1)
    load_presence(
        [
            (1, 10, NOON - 2 * day, NOON + HOUR, "told"),
            (2, 10, NOON, NOON + HOUR, "told"),
            (3, 11, NOON - 2 * day, None, "lodging"),
            (4, 12, NOON - day, None, "lodging"),
            (5, 12, NOON, None, "lodging"),
        ]
    )
    dropped = drop_presence(date(2021, 11, 30))
    assert dropped == [("presence", date(2021, 11, 28), 2), ("presence", date(2021, 11, 29), 1)]
    assert [row[0] for row in rows_in_log()] == [2, 5]
    assert longest() == {10: (3600, None), 12: (0, NOON)}
    assert drop_presence(date(2021, 11, 30)) == []
    assert load_presence([(1, 10, NOON - 2 * day, NOON, "told")]).new == 1


def test_a_load_that_is_rolled_back_leaves_no_day(acts):
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=ACT):
        load_presence([(1, 10, NOON, None, "told")])
        raise ZeroDivisionError
    assert ask("SELECT to_regclass('presence_20211130')") == [(None,)]
    assert load_presence([(1, 10, NOON, None, "told")]).new == 1


@pytest.mark.parametrize("locked", [True, False])
def test_two_loaders_of_a_new_day_wait_for_one_another(acts, db, locked):
    [(definition,)] = db.owner.execute("SELECT pg_get_functiondef('presence_open_day'::regproc)").fetchall()
    line = next(line for line in definition.splitlines() if "pg_advisory_xact_lock" in line)
    if not locked:
        db.owner.execute(definition.replace(line, ""))
    rows = [(person, 10, NOON, None, "told") for person in range(5)]
    try:
        with transaction.atomic(using=ACT):
            assert load_presence(rows[:3]).new == 3
            rival = Rival(rows)
            rival.wait_until_it_waits(db.owner)
        rival.join()
    finally:
        db.owner.execute(definition)
    if locked:
        assert rival.outcome == Loaded(new=2, known=3)
    else:
        assert isinstance(rival.outcome, DatabaseError)  # the control: without the lock one of them fails


def test_two_loaders_of_the_same_rows_in_another_order_both_finish(acts, db):
    rows = [(person, place, NOON, None, "told") for person in range(30) for place in range(30)]
    load_presence([(99, 99, NOON, None, "told")])
    with transaction.atomic(using=ACT):
        assert load_presence(rows).new == 900
        rival = Rival(rows[::-1])
        rival.wait_until_it_waits(db.owner)
    rival.join()
    assert rival.outcome == Loaded(known=900)


def test_entries_count_once_whoever_brings_them_and_need_their_day(acts, db):
    second = int(NOON.timestamp())
    entries = [(person, 10, NOON, None, "venue_code") for person in range(5)]

    def added(people=tuple(range(5)), seconds=(second,) * 5):
        return ask("SELECT presence_enter(10, %s, %s, %s)", VENUE_CODE, [*people], [*seconds])[0][0]

    assert added() is None and not rows_in_log()
    open_days([NOON.date(), NOON.date()])
    assert added() == 5
    assert rows_in_log() == [(*entry[:4], VENUE_CODE, None) for entry in entries]
    assert added(people=(4, 5, 5, 6, 3)) == 2 and added() == 0 and load_presence(entries) == Loaded(known=5)
    assert added(seconds=(second,) * 4 + (second + 24 * 3600,)) is None and len(rows_in_log()) == 7
    with transaction.atomic(using=ACT):
        assert added(people=range(20, 25)) == 5
        rival = Rival(range(20, 25), lambda people: added(people=people))
        rival.wait_until_it_waits(db.owner)
    rival.join()
    assert rival.outcome == 0 and len(rows_in_log()) == 12
    assert longest() == {10: (0, None)} and not short_longest()


def test_two_who_enter_first_on_a_day_are_both_there(acts, db):
    def enter_all(people):
        with transaction.atomic(using=ACT):
            enter(10, VENUE_CODE, people, NOON)

    with transaction.atomic(using=ACT):
        enter_all([1, 2])
        rival = Rival([2, 3], enter_all)
        rival.wait_until_it_waits(db.owner)
    rival.join()
    assert rival.outcome is None and [row[0] for row in rows_in_log()] == [1, 2, 3]


class Rival(threading.Thread):
    """Another process's load, on a connection of its own."""

    def __init__(self, rows, load=load_presence) -> None:
        super().__init__()
        self.rows, self.load, self.outcome = rows, load, None
        self.start()

    def run(self) -> None:
        try:
            with acting():
                self.outcome = self.load(self.rows)
        except DatabaseError as error:
            self.outcome = error
        finally:
            connections[ACT].close()

    def wait_until_it_waits(self, owner) -> None:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        while self.is_alive() and not owner.execute(waiting).fetchone()[0]:
            threading.Event().wait(0.01)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM presence",
        "SELECT FROM presence_20211130",
        "SELECT FROM place_longest",
        "SELECT presence_open_day('2021-12-01', '2021-12-01', '2021-12-02')",
        "SELECT presence_drop_days('2031-12-01')",
        "SELECT presence_enter(1, 1, '{1}', '{1}')",
    ],
)
def test_pages_cannot_touch_the_log(acts, statement):
    load_presence([(1, 10, NOON, None, "told")])
    with pytest.raises(DatabaseError, match="permission denied"), connections[WEB].cursor() as cursor:
        cursor.execute(statement)
