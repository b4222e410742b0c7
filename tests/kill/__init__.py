"""The product's own processes, killed for good at random moments while people work with it.

    plan.py        which step of the history is struck, what dies in it, and when: all of it from a seed
    supervisor.py  the processes, the blow, and what a supervisor does after it
    served.py      the product as these processes serve it: on a clock they share
    company.py     Gmail, the add-on and its sync loop as processes, and a panel that reaches them over HTTP
    play.py        the history of `tests/crash`, played with such a company

`tests/crash` dies at every point, one after the other, inside one process. Here nothing is inside: gunicorn, its
workers and the sync loop get SIGKILL wherever they happen to be, and the end must be the calm one all the same.
`make kill` strikes fifty times on each store; a small sample is tried with all other tests.
"""
