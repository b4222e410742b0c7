"""Whatever dies, nothing is lost, doubled or leaked: a worker or web process killed at every point of a history.

    script.py    the history: what happens outside, what members press, what the job does
    killing.py   the points: every call to Google and every write of the store, before it and after it took effect
    outcome.py   what a store holds in the end, told without random ids and times
    run.py       one history, killed at one point or at none, begun again and brought to its end

`make crash` tries every point on both stores; a sample of them is tried with all other tests.
"""
