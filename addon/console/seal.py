"""`seal`: the keys with which everything is sealed at rest, by their ids alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import click
from flask.cli import AppGroup

from addon.console.session import operator, progress, services_here
from storage import open_resealing, resealing
from storage.records import Act
from storage.sealing import Sealer

seal = AppGroup("seal", help="The keys with which everything is sealed.")


@seal.command("rotate")
@click.option(
    "--rewrite",
    is_flag=True,
    help="Write an SQLite file anew at the end however large it is; whoever writes to it waits meanwhile.",
)
def rotate(*, rewrite: bool) -> None:
    """Seal everything anew with the first key of SEAL_KEYS.

    Put the new key first and leave the old ones listed, restart whatever uses the store, and run this while all
    of it goes on. Cut short, it is run again and seals what is left. Printed is how many values of each kind were
    sealed anew, and at the end whether an older key is still needed.
    """
    services = services_here()
    with _opened() as (store, sealer):
        services.store.record(
            Act(actor=operator(), verb="seal-rotate", at=services.clock.now(), subject=sealer.first)
        )
        rows = 2 * sum(map(store.count, store.sealed))  # to seal, and to look once more
        with progress("Sealing", rows) as bar:
            done = resealing.reseal(store, sealer, seen=bar.update)
            left = store.clean(large=rewrite)
            found = resealing.survey(store, seen=bar.update)
    for kind, values in done.anew.items():
        click.echo(f"{kind}\t{values}")
    for sentence, values in done.refused.items():
        click.echo(f"{sentence} ({values} such)", err=True)
    if left is not None:
        click.echo(left, err=True)
    click.echo(_verdict(found, sealer))


@seal.command("status")
def status() -> None:
    """Print which keys are in use: kind, key id, number of values. Nothing is opened and nothing changed.

    Fails as long as a key is needed that is not the first of SEAL_KEYS.
    """
    with _opened() as (store, sealer), progress("Looking", sum(map(store.count, store.sealed))) as bar:
        found = resealing.survey(store, seen=bar.update)
    for kind, keys in found.items():
        for key_id, values in sorted(keys.items()):
            click.echo(f"{kind}\t{key_id or _NO_KEY}\t{values}")
    click.echo(_verdict(found, sealer))


_NO_KEY = "no key"


def _verdict(found: Mapping[str, Mapping[str, int]], sealer: Sealer) -> str:
    """That older keys may go; raise `ClickException` with what still needs them."""
    first, *older = sealer.key_ids
    left = {
        f"{values} of {kind} with {key_id or _NO_KEY}": key_id
        for kind, keys in found.items()
        for key_id, values in sorted(keys.items())
        if key_id != first
    }
    if left:
        unlisted = sorted({each for each in left.values() if each and each not in sealer.key_ids})
        raise click.ClickException(
            f"Not everything is sealed with {first}: {', '.join(left)}. Keep these keys in SEAL_KEYS"
            + (f" (list again: {', '.join(unlisted)})" if unlisted else "")
            + f", restart whatever runs without {first} first, and run: flask --app app seal rotate"
        )
    if not older:
        return f"Everything is sealed with {first}."
    return (
        f"Everything is sealed with {first}. Once whatever uses the store has been restarted with {first} first,"
        f" {', '.join(older)} may be removed from SEAL_KEYS."
    )


@contextmanager
def _opened() -> Iterator[tuple[resealing.Resealing, Sealer]]:
    config = services_here().config
    sealer = Sealer(config.seal_keys)
    opened = open_resealing(config.store_url, sealer, firestore_emulator=config.firestore_emulator)
    with closing(opened) as store:
        yield store, sealer
