"""What the pages of accounts ask and choose from; read with the login of actions, after `require()`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from muster.domains.goods.models import Holder
from muster.domains.isolation.models import Site
from muster.kernel import clock
from muster.kernel.areas.codes import span
from muster.kernel.areas.models import Area
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Organisation
from muster.kernel.posts import actions
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import ApiKey, Post, SetupLink, User
from muster.kernel.posts.permissions import require, visible_to
from muster.kernel.posts.roles import ENTERPRISE, LABORATORY, ROLES

OPTIONS = 40


def users_of(post: Post, query: Any) -> QuerySet[User]:
    """Users with a post in the administrator's range; all users for one over all areas. Filters: `q`, `role`."""
    lo, hi = span(post.area)
    found = User.objects.all()
    if post.area:
        found = found.filter(pk__in=Post.objects.filter(area__gte=lo, area__lt=hi).values("user_id"))
    if text := (query.get("q") or "").strip():
        found = found.filter(Q(username__istartswith=text) | Q(display_name__istartswith=text))
    if query.get("role") in ROLES:
        held = Post.objects.active(clock.now()).filter(role=query["role"], area__gte=lo, area__lt=hi)
        found = found.filter(pk__in=held.values("user_id"))
    return found


def with_posts(users: list[User]) -> list[dict[str, Any]]:
    """The users of one page, each with the posts they hold now and the names of what those are bound to."""
    held = Post.objects.active(clock.now()).order_by("from_at")
    wanted = [user.pk for user in users]
    rows = list(User.objects.filter(pk__in=wanted).prefetch_related(Prefetch("posts", held, to_attr="held")))
    name_places([post for user in rows for post in user.held])
    order = {pk: at for at, pk in enumerate(wanted)}
    return sorted(rows, key=lambda user: order[user.pk])


def name_places(posts: list[Post]) -> None:
    """Put `bound_name` on posts that are at a site or an organisation."""
    sites = dict(Site.objects.filter(place__in=[p.place_id for p in posts if p.place_id]).values_list("place", "name"))
    bodies = {p.organisation_id for p in posts if p.organisation_id}
    names = sites | dict(Organisation.objects.filter(pk__in=bodies).values_list("pk", "name"))
    for post in posts:
        post.bound_name = names.get(post.place_id or post.organisation_id, "")


def posts_of(user: User, now: datetime) -> dict[str, list[Post]]:
    """The posts that a user holds, and those that have ended."""
    posts = list(Post.objects.filter(user=user).order_by("-from_at"))
    name_places(posts)
    held = [post for post in posts if post.until_at is None or post.until_at > now]
    return {"held": held, "ended": [post for post in posts if post not in held]}


def links_of(post: Post, now: datetime) -> list[SetupLink]:
    """Links that wait to be used."""
    waiting = SetupLink.objects.filter(used_at=None, expires_at__gt=now).select_related("user").order_by("-expires_at")
    found = list(visible_to(waiting, post)[:OPTIONS])
    for link in found:
        link.role_title = ROLES[link.role].title
    return found


def role_choices() -> list[tuple[str, Any]]:
    """Roles for a select."""
    return [(role.code, role.title) for role in ROLES.values()]


def choices() -> dict[str, Any]:
    """What the forms offer: roles, sites, laboratories."""
    with acting():
        sites = list(Site.objects.filter(closed_at=None).order_by("name").values_list("place_id", "name"))
        sites += Holder.objects.order_by("name").values_list("place_id", "name")
        bodies = Organisation.objects.filter(kind="laboratory").order_by("name").values_list("id", "name")
        return {"roles": role_choices(), "sites": sites, "laboratories": list(bodies)}


def areas_like(text: str, post: Post) -> list[Area]:
    """Areas in the administrator's range whose code or name begins with the text."""
    with acting():
        found = visible_to(Area.objects.filter(closed_on=None), post, area="code")
        begins = Q(code__gte=text, code__lt=text + "~") if text.isascii() else Q(name__startswith=text)
        return list(found.filter(begins).order_by("code")[:OPTIONS])


def where_asked(form: Any) -> dict[str, Any]:
    """Area, place and organisation of the post that a form describes. Raises Invalid.

    The area is a code, alone or followed by its name, or the whole name of one area.
    """
    role = ROLES.get(form.get("role", ""))
    if role is None:
        raise Invalid("role", _("Choose a role."))
    with acting():
        if role.bound == "place":
            kind: Any = Holder if role.code == ENTERPRISE else Site
            site = kind.objects.filter(place=_uuid(form.get("place"))).first()
            if site is None:
                text = _("Choose the enterprise.") if kind is Holder else _("Choose the isolation site.")
                raise Invalid("place", text)
            return {"area": site.area, "place_id": site.place_id}
        if role.bound == "organisation":
            body = Organisation.objects.filter(pk=_uuid(form.get("organisation"))).first()
            if body is None:
                raise Invalid("organisation", _("Choose the laboratory."))
            return {"area": body.area, "organisation_id": body.pk}
        return {"area": _area(form.get("area", ""))}


def _area(text: str) -> str:
    """The code that was typed; '' only where all areas were asked for in so many words."""
    text = text.strip()
    if text in ("*", "0"):
        return ""
    code = text.split(" ")[0]
    if code and Area.objects.filter(code=code).exists():
        return code
    named = list(Area.objects.filter(name=text, closed_on=None).values_list("code", flat=True)[:2])
    if len(named) != 1:
        raise Invalid("area", _("Type the area's code or choose it from the list; * means all areas."))
    return named[0]


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def keys_of(post: Post) -> list[ApiKey]:
    """Machines' keys in the administrator's range, those that still open something first."""
    found = ApiKey.objects.select_related("post").order_by("revoked_at", "-created_at")
    keys = list(visible_to(found, post, area="post__area"))
    keys.sort(key=lambda key: (key.revoked_at is not None, key.name))
    name_places([key.post for key in keys])
    return keys


def issue(by: Post, form: Any, op: UUID) -> ApiKey:
    """A key for a laboratory's machine, on its post for machines, which is made with the first. Raises Invalid."""
    with acting():
        body = Organisation.objects.filter(pk=_uuid(form.get("organisation")), kind="laboratory").first()
        if body is None:
            raise Invalid("organisation", _("Choose the laboratory."))
        require(by, "posts.issue_key", body.area)
        held = Post.objects.active(clock.now()).filter(role=LABORATORY, organisation_id=body.pk, user=None).first()
    where = {"area": body.area, "organisation_id": body.pk}
    # The same form sent twice at once makes one post: its own op, as each action has, follows from the form's.
    post = held or actions.give_post(by=by, user=None, role=LABORATORY, op=uuid5(op, "post"), **where)
    return actions.issue_key(by=by, post=post, name=form.get("name", "").strip() or body.name, op=op)
