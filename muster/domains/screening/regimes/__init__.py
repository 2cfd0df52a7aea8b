"""Standing regimes of testing: who belongs to one, who is due, and the duties that come of it."""
