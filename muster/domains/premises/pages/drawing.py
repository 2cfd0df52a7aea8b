"""What the pages of premises share: the address behind a code, and the code drawn."""

from __future__ import annotations

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


def address(request: HttpRequest, route: str, code: str) -> str:
    """The whole address of a public page that a code opens."""
    return request.build_absolute_uri(reverse(route, args=[code]))


def drawn(text: str) -> SafeString:
    """A QR code (ISO/IEC 18004) as SVG that takes the size of what it stands in."""
    return mark_safe(segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=3, svgclass="qr"))
