"""What posts add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import menu, permission

from .roles import ADMINISTRATOR, AUDITOR, HEADQUARTERS, ROLES

permission("posts.see_posts", ADMINISTRATOR)
permission("posts.make_link", ADMINISTRATOR)
permission("posts.use_link")
permission("posts.give_post", ADMINISTRATOR)
permission("posts.end_post", ADMINISTRATOR)
permission("posts.revoke", ADMINISTRATOR)
permission("posts.reset_factor", ADMINISTRATOR)
permission("posts.issue_key", ADMINISTRATOR)
permission("posts.revoke_key", ADMINISTRATOR)
permission("posts.see_log", AUDITOR, HEADQUARTERS)
permission("posts.be_signed_in", *ROLES)
menu(_("Accounts and posts"), "posts:list", needs="posts.see_posts", order=90, group=_("Office"))
menu(_("Who looked"), "posts:log", needs="posts.see_log", order=80, group=_("Office"))
