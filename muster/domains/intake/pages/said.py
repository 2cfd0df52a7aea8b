"""What a page says after an action that led to it from another."""

from django.utils.translation import gettext_lazy as _

SAID = {"saved": _("The report was saved."), "called": _("The call was written down.")}
