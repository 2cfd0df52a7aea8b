"""What is streamed goes out piece by piece, and is closed."""

from __future__ import annotations

import asyncio

from django.http import FileResponse, StreamingHttpResponse

from muster.site.threads import PIECE, Threads

SCOPE = {"type": "http", "path": "/file/", "method": "GET", "headers": [], "query_string": b""}


def sent(response, look) -> bytes:
    """Serve one prepared response; `look` is called with each piece as it is sent."""
    threads, out = Threads(), []
    threads.answer = lambda scope, body: response

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        if piece := message.get("body"):
            out.append(piece)
            look(piece)

    asyncio.run(threads(SCOPE, receive, send))
    return b"".join(out)


def test_no_piece_is_made_before_the_one_before_it_is_sent(db):
    made, ahead = [], []

    def pieces():
        for number in range(100):
            made.append(number)
            yield b"%03d" % number

    response = StreamingHttpResponse(pieces())
    said = sent(response, lambda piece: ahead.append(len(made) - int(piece)))
    assert said == b"".join(b"%03d" % number for number in range(100))
    assert set(ahead) == {1}
    assert response.closed


def test_a_file_is_read_in_pieces_and_closed(db, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"0123456789abcdef" * 20_000)
    file, sizes = path.open("rb"), []
    assert sent(FileResponse(file), lambda piece: sizes.append(len(piece))) == path.read_bytes()
    assert max(sizes) <= PIECE and len(sizes) == 5
    assert file.closed
