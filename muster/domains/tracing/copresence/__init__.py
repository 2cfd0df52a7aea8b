"""Who was where with whom: the co-presence rule (`queries`), and the statements that answer it (`statements`)."""
