"""Walking the chain: every link, every row, every mark, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from addon.batches import every, pages
from storage import chain
from storage.port import Store
from storage.records import Link

ROWS_AT_ONCE = 500
LINKS_AT_ONCE = 50


class How(Enum):
    """What is wrong with a row, or with a link."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    """No link holds it and it is not as we write one: another made it, or changed it before it was sealed."""
    UNMARKED = "unmarked"
    """It is ours, yet no link holds it and none ever would: its mark was taken off."""
    LINK_CHANGED = "link changed"
    LINK_MISSING = "link missing"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """The first thing that is wrong; `number` of a row or of a link."""

    how: How
    number: int


@dataclass(frozen=True, kw_only=True)
class Verified:
    """How far the chain reaches, and what is wrong."""

    links: int
    sealed: int
    unsealed: int
    """Rows that wait for the next link: that none of the last ones was taken away cannot be proven of them."""
    last: Link | None
    broken: Broken | None


def verify(store: Store, *, noted: tuple[int, str] | None = None) -> Verified:
    """Prove the whole log; stops at the first row or link that is broken.

    `noted`: number and hash of a link as they were noted outside the store once. Only that tells of a chain that
    was cut at its end, with all its last rows.
    """
    walk = _Walk(store, noted)
    broken = walk.chain() or walk.log()
    return Verified(
        links=walk.last.n if walk.last else 0,
        sealed=walk.sealed,
        unsealed=walk.unsealed,
        last=walk.last,
        broken=broken,
    )


class _Walk:
    """What was seen so far, in figures: never the rows themselves."""

    def __init__(self, store: Store, noted: tuple[int, str] | None) -> None:
        self._store = store
        self._noted = noted
        self.last: Link | None = None
        self.sealed = 0
        self.unsealed = 0

    def chain(self) -> Broken | None:
        """Each link follows from the one before, and holds rows that are there and as they were written."""
        for link in every(lambda cursor: self._store.links(limit=LINKS_AT_ONCE, cursor=cursor)):
            expected = self.last.n + 1 if self.last else 1
            if link.n != expected:
                return Broken(how=How.LINK_MISSING, number=expected)
            broken = self._link(link)
            if broken is not None:
                return broken
            self.last = link
            self.sealed += len(link.rows)
        reached = self.last.n if self.last else 0
        if self._noted is not None and self._noted[0] > reached:
            return Broken(how=How.LINK_MISSING, number=reached + 1)
        return None

    def _link(self, link: Link) -> Broken | None:
        there = self._store.entries_at(link.rows)
        for number in link.rows:
            if number not in there:
                return Broken(how=How.MISSING, number=number)
            if not chain.is_whole(self._store.key, there[number]):
                return Broken(how=How.CHANGED, number=number)
        proofs = [there[number].proof for number in link.rows]
        expected = chain.hash_of(self._store.key, link, proofs, before=chain.hash_before(self.last))
        noted = self._noted[1] if self._noted and self._noted[0] == link.n else link.hash
        if not link.hash == expected == noted:
            return Broken(how=How.LINK_CHANGED, number=link.n)
        return None

    def log(self) -> Broken | None:
        """Each row is ours, and a link holds it or will; each mark has its row."""
        rows = 0
        for page in pages(lambda cursor: self._store.entries(limit=ROWS_AT_ONCE, cursor=cursor)):
            for entry in page:
                if not chain.is_whole(self._store.key, entry):
                    return Broken(how=How.INSERTED, number=entry.number)
            rows += len(page)
            self.unsealed += sum(not entry.sealed for entry in page)
        for numbers in pages(lambda cursor: self._store.unsealed(limit=ROWS_AT_ONCE, cursor=cursor)):
            lost = set(numbers) - self._store.entries_at(numbers).keys()
            if lost:
                return Broken(how=How.MISSING, number=min(lost))
        # Rows written meanwhile may upset the figures too: then the closer look finds nothing.
        return self._unmarked() if rows != self.sealed + self.unsealed else None

    def _unmarked(self) -> Broken | None:
        """Rows without a mark that no link holds. Links are read after the page: what is sealed now is there."""
        for page in pages(lambda cursor: self._store.entries(limit=ROWS_AT_ONCE, cursor=cursor)):
            left = {entry.number for entry in page if entry.sealed}
            for link in every(lambda cursor: self._store.links(limit=LINKS_AT_ONCE, cursor=cursor)):
                left.difference_update(link.rows)
            if left:
                return Broken(how=How.UNMARKED, number=min(left))
        return None
