"""What controls add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact

fact("controls.began", _("A person was put under control"), "control")
fact("controls.changed", _("A control was strengthened, weakened, shortened or extended by its evidence"), "control")
fact("controls.released", _("A control ended with its days served"), "control")
fact("controls.lifted", _("A control was lifted: no evidence for it is left"), "control")
