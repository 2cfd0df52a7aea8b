"""The jurisdiction tree: the code of an area is its path."""
