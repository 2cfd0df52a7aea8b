"""Whose masked names a checkpoint's page shows: whom the post sees, whom it checked itself, and who waits here."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from muster.domains.arrivals import actions
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from tests.actions.test_arrivals import COMMUNITY, edition
from tests.conftest import NIGHT
from tests.town import FAR_GRID, build_town, make_post, sign_in


@pytest.fixture
def town(db, clock):
    cache.clear()
    clock.set(NIGHT)
    return build_town()


def test_who_goes_elsewhere_is_named_to_who_checked_them_and_while_they_wait(town):
    edition(town)
    barrier = actions.add_checkpoint(by=town.street, name="南站出口", kind="station", area=COMMUNITY)
    given = {"name": "钱远山", "phone": "13800001111", "origin": "西安市雁塔区", "to_area": FAR_GRID[:12]}
    seen = {"negative": True, "complaints": False}
    passed = actions.check_person(by=town.community, checkpoint=barrier, code="green", **given, **seen)
    with acting():
        colleague = make_post("colleague", roles.COMMUNITY, COMMUNITY)
    where, one = f"/checkpoints/{barrier.pk}/", f"/checkpoints/passes/{passed.pk}/"
    assert "钱*" in shown(town.community, where) and "钱*" in shown(town.community, one)
    for page in (shown(colleague, where), shown(colleague, one)):
        assert "钱*" not in page and "Somebody from elsewhere" in page
    given |= {"name": "郑远山", "phone": "13800002222"}
    actions.check_person(by=town.community, checkpoint=barrier, code="yellow", **given, **seen | {"negative": False})
    assert "郑*" in shown(colleague, where)  # who waits is the station's duty, whoever is on shift


def shown(post, path: str) -> str:
    client = Client()
    sign_in(client, post)
    answered = client.get(path, headers={"accept-language": "en"})
    assert answered.status_code == 200
    return answered.content.decode()
