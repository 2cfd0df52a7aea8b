"""Reading pages as somebody: the text in English, and how many queries it took."""

from __future__ import annotations

from contextlib import ExitStack

from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.town import sign_in


def read_as(client):
    """`read(post, url, status=200)`: the page as text in English."""

    def read(post, url, status=200):
        sign_in(client, post)
        response = client.get(url, headers={"accept-language": "en"})
        assert response.status_code == status, response.content.decode()[:2000]
        return response.content.decode()

    return read


def queries_of(client, post, url):
    """How many queries a page makes, over both logins."""
    sign_in(client, post)
    with ExitStack() as stack:
        counters = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in ("default", "act")]
        assert client.get(url).status_code == 200
    return sum(map(len, counters))
