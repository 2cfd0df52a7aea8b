"""Rules of arrivals: bulletins and their places, what an arrival owes, what a checkpoint decides. Plain functions."""
