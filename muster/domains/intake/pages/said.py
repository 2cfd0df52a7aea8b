"""What a page says after an action that led to it, from another page or from itself."""

from django.utils.translation import gettext_lazy as _

SAID = {
    "saved": _("The report was saved."),
    "called": _("The call was written down."),
    "taken": _("You work on it now."),
    "asked": _("They were asked; what they answer appears under Tasks."),
    "passed": _("It was passed on; the level signs for it."),
    "signed": _("You signed for it."),
    "joined": _("It is kept with the earlier report."),
    "apart": _("It is a report of its own again."),
    "transfer": _("The transfer was asked for."),
    "disposed": _("The result was written down."),
    "reopened": _("The result is taken back; the report is open again."),
    "taken_back": _("The task is taken back; nobody is asked for it any more."),
    "accepted": _("You are on it. Say here what came of it."),
    "finished": _("Finished; the desk sees what came of it."),
}
