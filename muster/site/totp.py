"""The second factor: time-based one-time passwords (RFC 6238), each accepted once."""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno
from django.db import transaction

from muster.kernel.posts.logins import ACT
from muster.kernel.posts.models import User

from .sealed_secret import open_secret, seal_secret

STEP_SECONDS = 30


def enrol(user: User) -> tuple[str, str]:
    """Give the user a new secret, not yet confirmed; returns (secret in base 32, QR code as SVG)."""
    secret = pyotp.random_base32()
    user.totp_secret, user.totp_confirmed_at = seal_secret(secret), None
    user.save(update_fields=["totp_secret", "totp_confirmed_at"])
    return secret, picture(user, secret)


def pending(user: User) -> tuple[str, str]:
    """The secret that the user is about to confirm, made if there is none."""
    if not user.totp_secret or user.totp_confirmed_at:
        return enrol(user)
    secret = open_secret(bytes(user.totp_secret))
    return secret, picture(user, secret)


def picture(user: User, secret: str) -> str:
    """The QR code that an authenticator application reads, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name="Muster")
    return segno.make(address).svg_inline(scale=5)


def accept(user: User, code: str, now: datetime) -> bool:
    """Whether the code is right for now (a step either way) and later than any accepted; confirms the secret."""
    if not user.totp_secret:
        return False
    with transaction.atomic(using=ACT):
        row = User.objects.select_for_update().get(pk=user.pk)
        totp = pyotp.TOTP(open_secret(bytes(row.totp_secret or b"")))
        step = next((s for s in _steps(now) if pyotp.utils.strings_equal(code, totp.generate_otp(s))), None)
        if step is None or step <= row.totp_last_step:
            return False
        row.totp_last_step = step
        row.totp_confirmed_at = row.totp_confirmed_at or now
        row.save(update_fields=["totp_last_step", "totp_confirmed_at"])
        return True


def _steps(now: datetime) -> tuple[int, int, int]:
    step = int(now.timestamp()) // STEP_SECONDS
    return step, step - 1, step + 1
