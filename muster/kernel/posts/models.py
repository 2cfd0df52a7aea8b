"""Users, the posts they hold, keys of machines, and the log of who looked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.codes import span
from muster.kernel.areas.fields import AreaCodeField

from .roles import CHOICES, ROLES


class UserManager(BaseUserManager):
    """Finds users by name; users are made by actions, so there is no `create_superuser`."""


class User(AbstractBaseUser):
    """Somebody who signs in. Rights come from posts, never from the user."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    username = models.TextField(unique=True)
    display_name = models.TextField(default="")
    totp_secret = models.BinaryField(null=True)
    totp_confirmed_at = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    revoked_at = models.DateTimeField(null=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]


class PostQuerySet(models.QuerySet["Post"]):
    """Posts, read as adjectives."""

    def active(self, now):
        """Posts held at this moment."""
        return self.filter(Q(until_at=None) | Q(until_at__gt=now), from_at__lte=now)


class Post(models.Model):
    """A role at an area, a place or an organisation, held for a period; `lo`/`hi` is its range of area codes."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts", null=True)
    role = models.TextField(choices=CHOICES)
    area = AreaCodeField()
    place_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    lo = AreaCodeField(null=True)
    hi = AreaCodeField(null=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["area", "role"]), models.Index(fields=["user", "from_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="post_period")
        ]

    def save(self, **kwargs):
        """Keep the range with the area: a post at a place or an organisation has no range of areas."""
        bound = self.place_id or self.organisation_id
        self.lo, self.hi = (None, None) if bound else span(self.area)
        super().save(**kwargs)

    @property
    def role_title(self):
        """The role's name on screen."""
        return ROLES[self.role].title


@dataclass(frozen=True)
class System:
    """Who acts when no person does: jobs, procedures and the command line."""

    id: UUID | None = None
    role: str = "system"
    area: str = ""


SYSTEM = System()


class ApiKey(models.Model):
    """A machine's key, bound to one organisation (a laboratory); only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="keys")
    name = models.TextField()
    hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class SetupLink(models.Model):
    """A one-time link: it makes an account with this post, or lets `user` set a new password; then it is spent."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    hash = models.BinaryField(unique=True)
    role = models.TextField(choices=CHOICES)
    area = AreaCodeField()
    place_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AccessLog(models.Model):
    """Who looked, at whom, what for; and who was refused. Written on a connection of its own, before the answer."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    at = models.DateTimeField()
    post_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    event = models.TextField()  # refused | opened_file | revealed | traced | exported | signed_in | sign_in_failed
    subject = models.UUIDField(null=True)
    field = models.TextField(default="")
    purpose = models.TextField(default="")
    area = AreaCodeField()

    class Meta:
        indexes = [models.Index(fields=f.split()) for f in ("subject at", "area at", "at id", "event at id", "post_id")]
