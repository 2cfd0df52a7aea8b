"""A server that restarts under open pages: the next page is answered, not a timeout after many dead connections."""

from django.conf import settings

from muster.kernel.posts.pool import Pool
from tests.database import NAME

SIZE = 12
PATIENCE = 3.0  # seconds; with the library's own check, one dead connection after the other, this is too short


def test_one_dead_connection_found_clears_them_all(db):
    pool = Pool(settings.MUSTER_URLS["act"], min_size=SIZE, max_size=SIZE, timeout=PATIENCE)
    try:
        pool.open(wait=True)
        db.owner.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = 'muster_act'",
            [NAME],
        )
        with pool.connection() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert pool.get_stats()["connections_lost"] == SIZE
    finally:
        pool.close()
