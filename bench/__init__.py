"""The figures we claim, measured on this machine: ratios and counted units only, so that they hold on another.

A part is a module with a function that yields tables, and a line in `PARTS`. Imported by nobody.
"""
