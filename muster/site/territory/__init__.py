"""The tree of areas and the places in it: from files, and when an area gets another code."""
