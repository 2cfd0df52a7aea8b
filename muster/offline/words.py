"""The texts that the modules of `static/offline` show; each application adds its own."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

WORDS = (
    # unsent.js
    _("All sent"), _("{count} unsent"), _("{count} refused"), _("Sign in"),
    _("Everything is with the server."), _("No network. It is kept on this phone and sent by itself."),
    _("The server is busy. It is sent again by itself."), _("You are signed out. Sign in, then it is sent."),
    _("This post may not send here. Hand the records over, or sign in on the right post."),
    _("The server does not take them now (is the round open?). They are kept."),
    _("The phone's storage failed. Do not close this page; hand the records over."),
    _("Waiting to be sent"), _("Correct"), _("Put aside"), _("Press again to put aside"),
    _("Your access was ended. Hand over what is unsent; then this phone forgets its key."),
    _("Another post is signed in. Send these records as that post, or sign in on the first one."),
    _("{count} records in the file. Its code: {code}"), _("{count} records taken over."),
    _("This is not the file's code, or not a file of ours."), _("Handed over: they are no longer on this phone."),
    # shift.js
    _("Not signed out: {count} records are only on this phone. Send them, or hand them over."),
    # gate.js
    _("The two do not agree."), _("At least six letters or digits"), _("Not right."),
    _("Not right. Wait {seconds} seconds, then try again."), _("{count} records wait on this phone."),
)  # fmt: skip
