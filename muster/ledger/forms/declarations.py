"""What forms add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import menu, permission
from muster.kernel.posts.roles import (
    COMMUNITY,
    DUTY_DESK,
    GRID,
    HEADQUARTERS,
    INVESTIGATOR,
    ISOLATION_SITE,
    STREET,
)

_KEEPERS = (HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)
permission("forms.see_templates", *_KEEPERS, DUTY_DESK, GRID)
permission("forms.keep_template", *_KEEPERS)
permission("forms.find_header", *_KEEPERS)
permission("forms.map_template", *_KEEPERS)
permission("forms.retire_template", *_KEEPERS)
permission("forms.start_filling", *_KEEPERS, DUTY_DESK, GRID)
permission("forms.begin_agreed")
permission("forms.keep_filled")
permission("forms.forget_forms")
permission("forms.write_letter", *_KEEPERS, DUTY_DESK, GRID, ISOLATION_SITE)

menu(_("Forms and letters"), "forms:templates", needs="forms.see_templates", order=80, group=_("Office"))
