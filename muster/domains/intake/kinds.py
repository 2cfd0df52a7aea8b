"""The kinds of report, as data: what is done next and by whom, until when, who else must know, and on what ground.

Minutes marked "local" are a district's own rule, not read in a published plan; a district changes them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.posts.roles import COMMUNITY, GRID, INVESTIGATOR, STREET

EMERGENCY = "突发公共卫生事件应急条例（国务院令第376号）"
LAW = "中华人民共和国传染病防治法（2013年修正）"
HOTLINE = "国务院办公厅关于进一步优化地方政务服务便民热线的指导意见（国办发〔2020〕53号）"
LOCAL = "时限为本地规定，未经方案核实"
ALL = ("street", "district", "city")


@dataclass(frozen=True)
class Kind:
    """A kind of report. `minutes` run from receipt to disposal, `call_minutes` from then to the word to the caller.

    `task` is offered as the next step, for `role` at the place of the report, within `task_minutes`. `levels` receive
    it at once, each with a receipt. Reports of the same within `same_hours` are shown as possible duplicates.
    """

    code: str
    title: Any
    task: str
    role: str
    task_minutes: int
    minutes: int
    levels: tuple[str, ...]
    source: str
    call_minutes: int = 24 * 60
    same_hours: int = 12


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "arrival", _("Arrival not reported"), "check_arrival", COMMUNITY, 30, 120, ALL,
            f"{LAW}第三十一条；{EMERGENCY}第二十条（逐级两小时）；{LOCAL}",
        ),
        Kind(
            "fever", _("Fever or symptoms"), "to_clinic", COMMUNITY, 60, 180, ("street", "district"),
            f"{LAW}第三十一条；{LOCAL}",
        ),
        Kind(
            "contact", _("Says they are a contact"), "verify_contact", INVESTIGATOR, 60, 240, ("street", "district"),
            f"{LAW}第三十一条；{LOCAL}",
        ),
        Kind(
            "cluster", _("Several people ill in one place"), "verify_illness", INVESTIGATOR, 60, 120, ALL,
            f"{EMERGENCY}第二十条（逐级两小时）；{LOCAL}",
        ),
        Kind(
            "disinfection", _("Place needs disinfection"), "disinfect", STREET, 240, 480, ("street",),
            f"{LAW}第二十七条；{LOCAL}", same_hours=24,
        ),
        Kind(
            "hazard", _("Hazard: a rule is broken"), "remove_hazard", COMMUNITY, 120, 480, ("street",),
            f"{EMERGENCY}第二十四条；{LOCAL}",
        ),
        Kind("help", _("Needs help"), "help", GRID, 120, 240, (), f"{HOTLINE}；{LOCAL}"),
        Kind(
            "complaint", _("Complaint or opinion"), "answer", STREET, 1440, 2880, (), f"{HOTLINE}；{LOCAL}",
            same_hours=48,
        ),
        Kind("other", _("Something else"), "visit", COMMUNITY, 240, 1440, (), f"{HOTLINE}；{LOCAL}"),
    )
}  # fmt: skip
