"""What duties add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact, permission
from muster.kernel.duties import access as access  # registers who may open a file
from muster.kernel.posts.roles import (
    COMMUNITY,
    DUTY_DESK,
    ENTERPRISE,
    GRID,
    HEADQUARTERS,
    INVESTIGATOR,
    ISOLATION_SITE,
    REGULATORS,
    STREET,
)

fact("duties.escalated", _("A duty was not done in time and went one level up"), "duty")
_FIELD = (GRID, COMMUNITY, STREET, INVESTIGATOR, ISOLATION_SITE, HEADQUARTERS, DUTY_DESK)
permission("duties.see_list", *_FIELD, ENTERPRISE, *REGULATORS.values())
