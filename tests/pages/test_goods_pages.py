"""Goods on pages: each sees their own, a batch goes its way by forms, and a label tells where it comes from."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from muster.domains.goods.models import Batch, Handover, Lot, Staff
from muster.domains.goods.pages import labels
from muster.kernel import ids
from muster.kernel.posts.logins import acting
from tests import goods_cast as cast
from tests.goods_forms import _declares
from tests.pages.reading import queries_of, read_as
from tests.town import build_town, sign_in


@pytest.fixture
def town(db, clock):
    cache.clear()
    made = build_town()
    cast.enterprises(made)
    return made


def post(client, by, address, status=302, **form):
    sign_in(client, by)
    form.setdefault("op", str(ids.uuid7()))
    answer = client.post(address, form, headers={"accept-language": "en"})
    assert answer.status_code == status, answer.content.decode()[:1500]
    return answer.content.decode()


def only(model):
    with acting():
        return model.objects.get()


def test_a_batch_goes_its_way_by_forms(client, town):
    post(client, town.trader, "/goods/new/", **_declares(town))
    batch = only(Batch)
    step = f"/goods/{batch.pk}/step/"
    post(client, town.store, step, step="arrive", quantity="50")
    lot = only(Lot)
    here = f"/goods/lots/{lot.pk}/step/"
    refused = post(client, town.market, step, 422, step="release")
    assert "It was not sampled: there is no test result." in refused
    post(client, town.store, here, step="sample", outer="3", environment="2")
    post(client, town.market, here, step="result", result="negative", report="R1")
    post(client, town.store, step, step="disinfect", certificate="X1")
    post(client, town.market, step, step="release")
    to = str(cast.holder("trader").pk)
    typed = post(client, town.store, here, 422, step="send", to=to, quantity="51")
    assert "At most 50." in typed and 'value="51"' in typed
    post(client, town.store, here, step="send", to=to, quantity="20")
    post(client, town.trader, f"/goods/handovers/{only(Handover).pk}/step/", step="receive", counted="20")
    with acting():
        assert sorted(Lot.objects.values_list("on_hand", flat=True)) == [20, 30]


def test_each_sees_their_own(client, town):
    lot = cast.released(town)
    there = cast.moved(town, lot, "trader", 60)
    shelf = cast.moved(town, there, "corner", 10)
    read = read_as(client)
    whole = read(town.market, f"/goods/{lot.batch_id}/")
    assert all(name in whole for name, _kind, _area in cast.ENTERPRISES.values())
    own = read(town.corner, f"/goods/{lot.batch_id}/")
    assert "街角超市" in own and "/goods/lots/" + str(there.pk) not in own
    assert "海味批发行" in read(town.corner, f"/goods/lots/{shelf.pk}/"), "who sent it is known"
    read(town.corner, f"/goods/lots/{there.pk}/", 404)
    read(town.far_headquarters, f"/goods/{lot.batch_id}/", 404)
    assert "冻南美白虾" in read(town.corner, "/goods/lots/") and "冻南美白虾" not in read(
        town.worker, "/goods/findings/"
    )
    sign_in(client, town.lab)
    assert client.get("/goods/").status_code == 403
    paper = read(town.market, f"/goods/{lot.batch_id}/trace/")
    assert paper.rindex("区集中监管冷库") < paper.rindex("海味批发行") < paper.rindex("街角超市")


def test_what_is_on_its_way_stands_on_both_sides_lists(client, town):
    lot = cast.released(town)
    sent = cast.actions.send(by=town.store, lot=lot, to=cast.holder("trader"), quantity=5)
    read = read_as(client)
    for side in (town.store, town.trader, town.market):
        assert f"/goods/handovers/{sent.pk}/" in read(side, "/goods/lots/")
    assert str(sent.pk) not in read(town.corner, "/goods/lots/?all=yes")
    assert "Record what you counted" in read(town.trader, f"/goods/handovers/{sent.pk}/")
    mine = read(town.store, f"/goods/handovers/{sent.pk}/")
    assert "Take it back" in mine and "Record what you counted" not in mine


def test_who_handled_it_is_ticked_and_shown_masked(client, town):
    staff = cast.actions.add_staff(by=town.store, holder=cast.holder("store"), name="马力强", phone="13900139000")
    batch = cast.declared(town)
    assert f'value="{staff.pk}"' in read_as(client)(town.store, f"/goods/{batch.pk}/")
    post(client, town.store, f"/goods/{batch.pk}/step/", step="arrive", quantity="100", staff=[str(staff.pk)])
    text = read_as(client)(town.store, f"/goods/lots/{only(Lot).pk}/")
    assert only(Staff).label in text and "马力强" not in text


def test_a_label_tells_where_it_comes_from_and_nothing_about_who_has_it(client, town):
    lot = cast.released(town)
    shelf = cast.moved(town, cast.moved(town, lot, "trader", 60), "corner", 7)
    sheet = read_as(client)(town.corner, f"/goods/lots/{shelf.pk}/label/")
    link = re.search(r'data-link="http://testserver(/l/[^"]+)"', sheet).group(1)
    stranger = Client()
    text = stranger.get(link, headers={"accept-language": "en"}).content.decode()
    assert all(said in text for said in ("厄瓜多尔", "Q2021-1", "X1", "R1", "Tested, disinfected and released"))
    assert not any(name in text for name, _kind, _area in cast.ENTERPRISES.values())
    assert len(text) < 4000 and "<script" not in text
    cast.actions.hold(by=town.market, batch=lot.batch, why="协查")
    assert "not for sale" in stranger.get(link, headers={"accept-language": "en"}).content.decode()
    assert stranger.get(link[:-3] + ("A" if link[-3] != "A" else "B") + "/").status_code == 404
    assert stranger.get("/l/" + "x" * 500 + "/").status_code == 404


def test_a_label_is_not_read_without_end(client, town):
    code = labels.code_of(ids.uuid7())
    answers = [client.get(f"/l/{code}/").status_code for _ in range(labels.MOST + 1)]
    assert set(answers[:-1]) == {404} and answers[-1] == 429


def test_pages_ask_as_often_for_many_lots_as_for_few(client, town):
    lot = cast.released(town)
    few = queries_of(client, town.market, f"/goods/{lot.batch_id}/"), queries_of(client, town.market, "/goods/lots/")
    for to in ("trader", "corner", "trader", "corner"):
        cast.moved(town, lot, to, 3)
    many = queries_of(client, town.market, f"/goods/{lot.batch_id}/"), queries_of(client, town.market, "/goods/lots/")
    assert many == few
