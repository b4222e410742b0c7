"""Records become views: the last place that may hold what the caller must not see. Pure.

A view holds exactly what its reader may know, so that a card cannot leak what it never got.
"""
