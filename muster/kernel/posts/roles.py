"""The roles that a post can carry, and where each stands in the ladder of escalation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

ADMINISTRATOR = "administrator"
HEADQUARTERS = "headquarters"
DUTY_DESK = "duty_desk"
INVESTIGATOR = "investigator"
STREET = "street"
COMMUNITY = "community"
GRID = "grid"
ISOLATION_SITE = "isolation_site"
LABORATORY = "laboratory"
AUDITOR = "auditor"
ENTERPRISE = "enterprise"
MARKET = "market"
# The regulator of each sector; that of markets has its own rooms besides (goods).
SECTORS = {
    "commerce": _("Commerce"),
    "market_supervision": _("Market supervision"),
    "culture": _("Culture and tourism"),
    "security": _("Public security (lodging)"),
    "education": _("Education"),
    "health": _("Health"),
    "industry": _("Industry and information"),
    "transport": _("Transport"),
    "religion": _("Ethnic and religious affairs"),
    "housing": _("Housing and urban management"),
}
REGULATORS = {name: MARKET if name == "market_supervision" else f"sector_{name}" for name in SECTORS}


@dataclass(frozen=True)
class Role:
    """A role: its name on screen, whether it needs a second factor, its first page, and what it is bound to.

    `bound` is `place` or `organisation` for a role that works there instead of in an area. `level` is the area in which
    it holds a duty; the body of that area is the next that answers for it (`duties.ladder`).
    """

    code: str
    title: Any
    privileged: bool = False
    home: str = "duties:list"
    bound: str = ""
    level: str = "district"


ROLES = {
    role.code: role
    for role in (
        Role(ADMINISTRATOR, _("Administrator"), privileged=True, home="posts:list"),
        Role(HEADQUARTERS, _("Headquarters"), privileged=True, home="situation:home"),
        Role(DUTY_DESK, _("Duty desk"), home="situation:desk"),
        Role(INVESTIGATOR, _("Investigator"), privileged=True, home="tracing:incidents"),
        Role(STREET, _("Street officer"), home="situation:gaps", level="street"),
        Role(COMMUNITY, _("Community officer"), level="community"),
        Role(GRID, _("Grid worker"), level="grid"),
        Role(ISOLATION_SITE, _("Isolation site"), home="isolation:sites", bound="place", level="community"),
        Role(LABORATORY, _("Laboratory"), home="screening:results", bound="organisation"),
        Role(AUDITOR, _("Auditor"), privileged=True, home="posts:log"),
        Role(ENTERPRISE, _("Enterprise"), home="goods:lots", bound="place", level="community"),
        Role(MARKET, _("Market supervision"), home="goods:batches"),
        *(
            Role(role, format_lazy(_("Regulator: {sector}"), sector=SECTORS[name]), home="premises:routines")
            for name, role in REGULATORS.items()
            if role != MARKET
        ),
    )
}

CHOICES = [(role.code, role.title) for role in ROLES.values()]
