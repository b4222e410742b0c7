"""The chain over the audit log of human and admin acts: sealing what waits, and finding what was tampered with.

    seal: marked rows -> a link over them and the link before | verify: links, rows, marks

A row is sealed by the first link that finds it marked, so nothing depends on clocks: one that comes late, from a
slow machine or a slow commit, is in a later link and in no other. There is no lease to lose either: the number of
the next link is one, and the store gives it to one sealer only.
"""

from addon.auditing.sealing import seal
from addon.auditing.verifying import Broken, How, Verified, verify

__all__ = ["Broken", "How", "Verified", "seal", "verify"]
