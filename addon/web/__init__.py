"""The doors in: one blueprint per caller, for each proves itself differently. A view parses, calls, answers."""
