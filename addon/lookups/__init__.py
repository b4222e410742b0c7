"""What panel, actions and console have to find out first.

Which message is open, what is stored of it and why, who its people are, and what may be linked, imported, written.
"""
