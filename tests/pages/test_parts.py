"""The pieces that every page is made of: lengths of time, moments, form rows, names of areas, the shell itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.translation import override

from muster.kernel.areas.models import Area
from muster.kernel.posts.logins import ACT, acting
from muster.web import area_names
from muster.web.templatetags.muster import due, moment, span

NOW = datetime(2021, 11, 30, 11, 15, tzinfo=UTC)


def shown(template: str, **context) -> str:
    return Template("{% load muster %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (0, "0 min", "0分钟"),
        (59.9, "59 min", "59分钟"),
        (60, "1 h", "1小时"),
        (80, "1 h 20 min", "1小时20分钟"),
        (2879, "47 h 59 min", "47小时59分钟"),
        (2880, "2 d", "2天"),
        (4560, "3 d 4 h", "3天4小时"),
        (None, "", ""),
    ],
)
def test_lengths_of_time(minutes, english, chinese):
    with override("en"):
        assert span(minutes) == english
    with override("zh-hans"):
        assert span(minutes) == chinese


def test_moments_are_local_and_name_the_year_only_when_it_is_another(clock):
    with override("en"):
        assert ">30 Nov 19:15<" in moment(NOW)
        assert ">30 Nov 2020 19:15<" in moment(NOW.replace(year=2020))


def test_a_deadline_says_in_words_that_it_is_late(clock):
    with override("en"):
        assert "20 min left" in due(NOW + timedelta(minutes=20))
        assert "late by 1 min" in due(NOW - timedelta(seconds=1))
        assert "exclamation" in due(NOW - timedelta(seconds=1))
    assert due(None) == ""


def test_a_long_menu_folds_its_groups_and_a_short_one_does_not():
    entries = [
        {"label": f"entry {n}", "group": group, "url": f"/{n}/", "current": n == 4}
        for n, group in enumerate(
            ["", "", "Tracing", "Tracing", "Isolation", "Isolation", "Office", "Venues", "Venues"]
        )
    ]
    long, short = (render_to_string("web/parts/bar.html", {"menu": entries[:many]}) for many in (9, 8))
    assert long.count("<summary>") == 3 and "<summary>Office" not in long, "one entry alone needs no group"
    assert long.count("data-current") == 1 and long.count('aria-current="page"') == 1
    assert "<summary>" not in short
    assert [f'href="/{n}/"' in long for n in range(9)] == [True] * 9


def test_a_form_row_ties_its_error_to_the_control():
    row = shown('{% field "age" "Age" "number" required=True %}', values={"age": "x<"}, errors={"age": "A number"})
    assert 'value="x&lt;"' in row and 'aria-describedby="field-age-error"' in row and 'aria-invalid="true"' in row
    assert 'for="field-age"' in row and "A number" in row


def test_a_password_is_never_shown_again():
    assert "secret" not in shown('{% field "p" "P" "password" %}', values={"p": "secret"})


def test_each_form_gets_an_operation_of_its_own():
    assert shown("{% op %}") != shown("{% op %}")


def test_the_page_for_our_own_errors_needs_nothing():
    with override("en"):
        page = render_to_string("web/500.html")
    assert "<h1>Something broke on our side</h1>" in page and "500" in page


def test_many_area_names_take_few_questions(db):
    streets = [f"610404{i:03d}" for i in range(1, 6)]
    grids = [f"{street}{c:03d}{g:03d}" for street in streets for c in range(1, 4) for g in range(1, 4)]
    communities = sorted({grid[:12] for grid in grids})
    with acting():
        Area.objects.bulk_create(
            Area(code=code, name=f"name {code}", level=level)
            for level, codes in (("street", streets), ("community", communities), ("grid", grids))
            for code in codes
        )
        asked: list[str] = []
        area_names.fresh()
        with connections[ACT].execute_wrapper(lambda run, sql, *rest: (asked.append(sql), run(sql, *rest))[1]):
            names = [area_names.area_name(code) for code in grids]
            path = area_names.area_path(grids[0])
    assert names == [f"name {code}" for code in grids]
    assert path == " · ".join(f"name {code}" for code in (streets[0], communities[0], grids[0]))
    assert len(asked) <= 4
