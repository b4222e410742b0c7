"""Random histories of a whole company: after every step it is as a small model says, for everybody who looks.

    model.py     what should be, in the words of the design: a member's wish, what is out of Lever, who sees it
    company.py   the company on the simulated Gmail: mail, labels, the job, the panel, and what can be seen of it
    comparing.py what is compared after every step, whatever it was
    machine.py   the steps
    run.py       so many histories on one store

`make soak` runs ten thousand steps on both stores; the same few hundred are among all tests. A history that failed
is told as a program of its steps; once the product is mended, what it showed is a journey of its own with a name.
"""
