"""A checkpoint of the demonstration, who came through it in the last days, and a risk list that changed after some had.

All of it is made up, the list too. It is recorded through the real actions.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from muster.domains.arrivals import actions
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post

from . import identity, naming
from .geography import WEICHENG
from .posts import post_of

SEED = 20211203
_LIST = "全国有1个中风险地区：\n黑龙江省黑河市（1个）：爱辉区博文社区昌辉雅典城小区。"
# Hours before that night, from where, by what, and what was seen at the barrier: code, negative result, complaints.
_PASSED = (
    (130, "黑龙江省黑河市爱辉区博文社区昌辉雅典城小区", "green", True, False),
    (128, "陕西省西安市雁塔区", "green", True, False),
    (77, "黑龙江省黑河市爱辉区福龙社区", "green", True, False),
    (52, "甘肃省兰州市城关区", "green", True, False),
    (29, "四川省成都市武侯区", "green", False, False),
    (8, "黑龙江省黑河市爱辉区花园社区", "yellow", False, False),
    (5, "陕西省西安市新城区", "green", True, True),
    (2, "河南省郑州市金水区", "green", False, False),
)


def open_gate(night: datetime) -> int:
    """One checkpoint at the station, a new list on the eve; returns how many people it has seen."""
    random = np.random.default_rng(SEED)
    names = naming.people(random.random(len(_PASSED)) < 0.5, naming.surnames(len(_PASSED), random), random)
    with acting():
        posts = list(Post.objects.filter(role=roles.COMMUNITY, area__startswith=WEICHENG).order_by("area"))
    posts.sort(key=lambda post: post != post_of("community"))  # whom a visitor plays stands at the barrier
    opened = night - timedelta(days=7)
    gate = actions.add_checkpoint(by=SYSTEM, name="火车站", kind="station", area=posts[0].area, now=opened)
    listed_at = night - timedelta(hours=34)
    told = False
    for number, ((ago, origin, code, negative, complaints), name) in enumerate(zip(_PASSED, names, strict=True)):
        at = night - timedelta(hours=ago)
        if not told and at > listed_at:
            _tell(listed_at)
            told = True
        actions.check_person(
            by=posts[0], checkpoint=gate, name=name, phone=f"{identity.PHONE}{9_300_0000 + number:08}", origin=origin,
            to_area=posts[number % len(posts)].area, code=code, negative=negative, complaints=complaints, now=at,
        )  # fmt: skip
    return len(_PASSED)


def _tell(at: datetime) -> None:
    """The list that puts a place from which somebody had come days before among those of medium risk."""
    read = actions.read_list(
        by=post_of("headquarters"), text=_LIST, source="演示用，虚构", published_on=at.date(), effective_at=at, now=at
    )
    actions.confirm_list(by=post_of("headquarters"), risk_list=read, now=at)
