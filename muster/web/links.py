"""What pages share that anybody opens by a link: its address, its code drawn, who asks too often, and no trace left."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


def address(request: HttpRequest, route: str, code: str) -> str:
    """The whole address of a public page that a code opens."""
    return request.build_absolute_uri(reverse(route, args=[code]))


def drawn(text: str, error: str = "m") -> SafeString:
    """A QR code (ISO/IEC 18004) as SVG that takes the size of its box; `error`: how much of it may be lost."""
    return mark_safe(segno.make(text, error=error, micro=False).svg_inline(omitsize=True, border=3, svgclass="qr"))


def busy(request: HttpRequest, template: str, seconds: int) -> HttpResponse:
    """Says to an address that asks too often when to come back."""
    response = render(request, template, {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def private(response: Any) -> Any:
    """No cache keeps it, no other site learns the address."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
