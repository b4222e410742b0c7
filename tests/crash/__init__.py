"""Whatever dies, nothing is lost, doubled or leaked: a worker or web process killed at every point of a history.

    script.py    the history, in chapters
    steps.py     what can happen in it: outside, by what members press, by the job
    killing.py   the points: every call to Google and every write of the store, before it and after it took effect
    outcome.py   what a store holds in the end, told without random ids and times
    run.py       one chapter, killed at one point or at none, begun again and brought to its end
    verdict.py   whether that end is the calm one

`make crash` tries every point on both stores; a sample of them is tried with all other tests.
"""
