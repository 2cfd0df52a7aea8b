"""The backend that the settings name."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from muster.kernel.posts.pool import Pool


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, with our pool."""

    _connection_pools: dict[str, Any]

    @property
    def pool(self) -> Any:
        """The pool of this login; None where the settings ask for none."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if options and self.alias not in self._connection_pools:
            arguments = {**self.get_connection_params(), "autocommit": True}
            made = Pool(kwargs=arguments, configure=self._configure_connection, **options)
            self._connection_pools.setdefault(self.alias, made)
        return self._connection_pools.get(self.alias)
