"""The pages of ledgers; each module makes its routes when it is imported."""

from . import bulk, exports, lists, maps, views, where
from .lists import ledger_of, list_page, show_list, table

__all__ = ["bulk", "exports", "ledger_of", "list_page", "lists", "maps", "show_list", "table", "views", "where"]
