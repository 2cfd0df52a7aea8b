"""Totals of long lists from kept counters: exact in every snapshot, whoever writes at the same time."""

from __future__ import annotations

import threading

from django.db import connections, transaction
from django.http import QueryDict

from muster.kernel.clock import now
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import ACT, acting, viewing
from muster.kernel.posts.models import SYSTEM
from muster.ledger import counting
from muster.ledger.actions import fold_counts
from muster.ledger.asking import asked
from muster.ledger.declaring import LEDGERS
from muster.ledger.models import RowCount
from muster.site import urls as urls  # makes every route
from muster.site.check import problems
from tests.night import build_night
from tests.town import make_person


def total(town, query: str = "", who: str = "headquarters") -> int | None:
    post = town.posts[who]
    with viewing(post.id):
        return counting.total(asked(LEDGERS["residents.people"], post, QueryDict(query)))


def counted(town, query: str = "", who: str = "headquarters") -> int:
    post = town.posts[who]
    with viewing(post.id):
        return asked(LEDGERS["residents.people"], post, QueryDict(query)).rows().count()


def test_a_total_is_that_of_the_rows_after_every_change(db, clock):
    town = build_night()
    before = total(town)
    with acting():
        made = [make_person(f"p{n}", "周甲", town.li.home) for n in range(3)]
    assert total(town) == counted(town) == before + 3
    with acting():
        Person.objects.filter(pk=made[0].pk).update(home=town.zhang.home)
        Person.objects.filter(pk=made[1].pk).update(merged_into=made[2].pk)
    assert total(town) == counted(town) == before + 2
    fold_counts(by=SYSTEM)
    with acting():
        grids = RowCount.objects.filter(source="people_person").values_list("area", flat=True)
        assert len(grids) == len(set(grids))
        bare = Person.objects.create(label="某*", sex="", home=town.li.home, present=town.li.home, created_at=now())
    assert total(town) == counted(town) == before + 3
    with acting():
        Person.objects.filter(pk=bare.pk)._raw_delete(ACT)
    assert total(town) == counted(town) == before + 2
    assert not [row for _sentence, row in problems() if "people_person" in row]
    with acting():
        RowCount.objects.filter(source="people_person").update(many=0)
    assert [row for _sentence, row in problems() if "people_person" in row]


def test_a_total_within_each_range(db, clock):
    town = build_night()
    for who in ("worker", "community", "street"):
        assert total(town, who=who) == counted(town, who=who)
        assert total(town, "area=" + town.posts[who].area) == counted(town, "area=" + town.posts[who].area)


def test_what_is_filtered_or_beyond_the_range_has_no_counter(db, clock):
    town = build_night()
    assert total(town, "sex=f") is None and total(town, "area=61") is None
    assert total(town, f"area={town.li.home}") is None or len(town.li.home) <= counting.GRID
    assert total(town, who="worker", query=f"area={town.far_worker.area}") is None


def test_writers_of_one_grid_and_the_folding_do_not_wait_for_one_another(db, clock):
    town, written, go_on = build_night(), threading.Event(), threading.Event()
    before = total(town)

    def slow():
        with acting(), transaction.atomic(using=ACT):
            make_person("slow", "周乙", town.li.home)
            written.set()
            go_on.wait(20)
        connections.close_all()

    other = threading.Thread(target=slow)
    other.start()
    assert written.wait(20)
    with acting(), transaction.atomic(using=ACT), connections[ACT].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        make_person("quick", "周丙", town.li.home)
        counting.fold()
    assert total(town) == counted(town) == before + 1
    go_on.set()
    other.join(20)
    assert total(town) == counted(town) == before + 2
