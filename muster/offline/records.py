"""What a device sends of its outbox: a list of records, and the answer with a verdict for each."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from muster.kernel.operations.errors import Invalid

from .sealing import Unreadable, opened


def sent_records(request: HttpRequest) -> list[dict[str, Any]]:
    """The records, sealed ones opened, from a JSON body or the field `records` of a form. Raises Invalid."""
    try:
        as_json = request.content_type == "application/json"
        sent = json.loads(request.body if as_json else request.POST.get("records", ""))
    except (ValueError, UnicodeDecodeError):
        sent = None
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise Invalid("records", _("A JSON list of records is needed."))
    try:
        return [opened(each) for each in sent]
    except Unreadable:
        no = _("A sealed record cannot be opened here. Open the page: it is sent from there.")
        raise Invalid("records", no) from None


def answered(answer: dict[str, Any]) -> JsonResponse:
    """The `verdicts` of an answer, one for each record. 200: all taken; 207: some; 422: none."""
    verdicts = [each["verdict"] for each in answer["verdicts"]]
    refused = verdicts.count("rejected")
    return JsonResponse(answer, status=200 if not refused else 207 if refused < len(verdicts) else 422)
