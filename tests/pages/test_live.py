"""The live stream, as a browser holds it."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

from django.conf import settings

from tests.town import build_town, sign_in


def test_open_pages_keep_no_connection_from_the_next_one(live_server, client):
    sign_in(client, build_town().worker)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    streams = []
    try:
        for _ in range(settings.POOL["max_size"] + 3):
            stream = HTTPConnection(urlsplit(live_server).netloc, timeout=15)
            stream.request("GET", "/live/", headers={"Cookie": cookie})
            streams.append(stream)
            assert b"retry" in stream.getresponse().readline()
    finally:
        for stream in streams:
            stream.close()
