"""The demonstration: a synthetic district on the night of a positive result, and a crew that answers it."""
