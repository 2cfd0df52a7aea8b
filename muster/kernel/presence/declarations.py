"""What presence adds to the house: columns that say where somebody was. They go by whole days (`drop_presence`)."""

from muster.kernel.declare import personal

for _column in ("person", "place", "entered_at", "left_at", "seat_row"):
    personal("presence", _column, "place", "retention.presence_days")
