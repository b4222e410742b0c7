"""The rules, pure: who is matched, what may enter, what is followed, who sees and acts, for how long.

Functions of records in, decisions with a reason out. Nothing here reads, writes, waits or logs. A second place
that asks who may see or what may enter is a defect: it belongs here.
"""
