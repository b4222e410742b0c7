"""`members`: colleagues, their roles and their mailboxes."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from addon import members as colleagues
from addon.batches import every
from addon.console.session import operator, services_here
from addon.gateways.errors import OutsideError
from storage.records import Role

_PAGE = 100
_TURNED_OFF = "Email is off; the token is revoked, or waits for Google to do it."

members = AppGroup("members", help="Colleagues and their roles.")


@members.command("list")
def list_members() -> None:
    """Every member: address, role, whether Email is on, `sub` as the audit log names them, rights."""
    services = services_here()
    for member in every(lambda cursor: services.store.members(limit=_PAGE, cursor=cursor)):
        rights = " ".join(sorted(p.value for p in member.permissions))
        on = "Email on" if services.store.mailbox(member.sub) else "Email off"
        on = f"{on}, left {member.left_at.date().isoformat()}" if member.left_at else on
        click.echo(f"{member.email}\t{member.role.value}\t{on}\t{member.sub}\t{rights}".rstrip())


@members.command("set-role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--view-secret/--no-view-secret", default=None, help="The right to see secret conversations (sip).")
@click.option("--self-candidate", metavar="ADDRESS", help="The member is the candidate with this address.")
@click.option("--other-candidate", metavar="ADDRESS", help="The candidate with this address is somebody else.")
def set_role(
    email: str, role: str, *, view_secret: bool | None, self_candidate: str | None, other_candidate: str | None
) -> None:
    """Give a member a role. Who may not sync with it has Email turned off; who left is a member again."""
    services = services_here()
    try:
        before = colleagues.find(email, services)
        was_on = services.store.mailbox(before.sub) is not None
        member = colleagues.set_role(
            email,
            Role(role),
            services,
            actor=operator(),
            view_secret=view_secret,
            self_candidate=self_candidate,
            other_candidate=other_candidate,
        )
    except colleagues.MemberError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{member.email} is {member.role.value} now{', and a member again' if before.left_at else ''}.")
    if was_on and services.store.mailbox(member.sub) is None:
        click.echo(f"This role does not sync: {_TURNED_OFF}")


@members.command("offboard")
@click.argument("email")
def offboard(email: str) -> None:
    """End a membership: Email off, the token revoked, the role gone; what came from the mailbox stays."""
    try:
        left = colleagues.offboard(email, services_here(), actor=operator())
    except colleagues.MemberError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{email} left. {_TURNED_OFF if left.was_on else 'Email was off.'}")
    click.echo(f"{len(left.only_theirs)} secret conversations were seen by nobody else but Super Admins.")
    for conversation in left.only_theirs:
        click.echo(conversation)


@members.command("connect")
@click.argument("email")
def connect(email: str) -> None:
    """Give a mailbox its token without the consent page; the refresh token comes on standard input."""
    services = services_here()
    if services.config.google.root is None:
        raise click.ClickException(
            "members connect works only where GOOGLE_API_URL points at this machine. "
            "In real use the member turns Email on in Gmail's panel."
        )
    token = sys.stdin.readline().strip()
    if not token:
        raise click.ClickException("Give the refresh token on standard input.")
    try:
        member = colleagues.connect(email, token, services, actor=operator())
    except colleagues.MemberError as error:
        raise click.ClickException(str(error)) from None
    except OutsideError as error:
        raise click.ClickException(f"{error}. Nothing was stored; try again.") from None
    click.echo(f"Email is on for {member.email}.")
