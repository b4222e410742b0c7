"""R20 and R33 over HTTP, cell by cell: who stands how to which conversation, and what they get to see of it.

`people` and `topics` say who there is and what became of which conversation, `world` has all of it happen in one
company, `expected` says from the design's words what each of them may know, and `rows` has a row for every verb of
the panel. The tests press everything and compare. `addon.policy` is not imported here: a rule that moves there
must move here too, by somebody's hand. Rules by themselves: `tests/addon/policy`.
"""
