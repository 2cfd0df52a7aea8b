"""The file of a filled form, as it was kept."""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidTag

from muster.kernel.people.crypto import decrypt

from .models import FilledFile, Filling


def content_of(filling: Filling) -> bytes:
    """The form as a file. Needs the login of actions. Raises FilledFile.DoesNotExist where it is there no more."""
    row = FilledFile.objects.get(pk=filling.pk)
    try:
        return base64.b64decode(decrypt(row.key_id, row.content_enc, filling.pk))
    except (InvalidTag, KeyError):
        raise FilledFile.DoesNotExist from None
