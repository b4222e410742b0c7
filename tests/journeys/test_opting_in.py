"""A member ticks Email, consents at Google, and the job reads their mailbox; or they do not, and nothing is on."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from addon import members
from addon.gateways.scopes import BACKGROUND, READONLY
from storage.records import Role
from tests.cards.grammar import buttons, links, texts
from tests.office import ANNA, BASE_URL, BEN, CARA, JANE, Office, mail

SUB = f"sub-{ANNA}"


@pytest.fixture
def staffed(office: Office) -> Office:
    """Anna and Ben have opened the panel once; Jane is a candidate."""
    office.member(ANNA)
    office.member(BEN)
    office.candidate("Jane Doe", JANE)
    return office


def nothing_is_on(office: Office) -> bool:
    store = office.services.store
    return all(store.consent(sub) is None and store.mailbox(sub) is None for sub in (SUB, f"sub-{BEN}"))


# --- it works ---------------------------------------------------------------------------------------------


def test_a_member_turns_email_on_and_the_job_reads_what_they_label(staffed: Office) -> None:
    shown = staffed.consent(ANNA)
    at = staffed.synced()

    assert shown.status_code == 200
    assert "Email is on" in shown.get_data(as_text=True)
    assert len(staffed.stored(staffed.jane(), ANNA)) == 1
    assert "Synced at" in " ".join(texts(staffed.open(ANNA, at)))


def test_until_then_the_panel_works_from_the_open_message_alone_and_there_is_no_token(staffed: Office) -> None:
    at = staffed.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    card = staffed.open(ANNA, at)

    assert "Jane Doe" in " ".join(texts(card))
    assert "Turn on Email first" in [each.text for each in buttons(card)]
    assert nothing_is_on(staffed)


def test_beside_a_message_too_what_it_means_is_said_before_the_way_to_google(staffed: Office) -> None:
    at = staffed.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    meaning = [text for text in texts(staffed.answer(ANNA, "home")) if text.endswith(".")]

    asked = staffed.press(ANNA, staffed.open(ANNA, at), "Turn on Email first", opened=at)

    assert len(meaning) == 3
    assert [text for text in texts(asked) if text in meaning] == meaning
    assert "Continue to Google" in [text for text, _ in links(asked)]


def test_beside_a_message_too_it_is_said_that_google_is_waited_for_and_why_it_came_to_nothing(
    staffed: Office,
) -> None:
    at = staffed.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    staffed.ask(ANNA)
    waiting = staffed.open(ANNA, at)
    again = staffed.press(ANNA, waiting, "I have done this")
    staffed.consent(ANNA, deny=True)
    refused = staffed.open(ANNA, at)
    staffed.consent(ANNA)
    done = staffed.press(ANNA, waiting, "I have done this", opened=at)

    assert "Finish in the Google window, then come back." in texts(waiting)
    assert "Turn on Email first" not in texts(waiting)
    assert "NOT SYNCED" in " ".join(texts(again)), "of this message, also where Gmail does not tell which is open"
    assert "Google's question was answered with no, so Email is still off." in texts(refused)
    assert "Start again" in [each.text for each in buttons(refused)]
    assert "Sync this conversation" in [each.text for each in buttons(done)]


def test_google_is_asked_for_reading_only_lastingly_for_this_account_and_for_nothing_granted_before(
    staffed: Office,
) -> None:
    gone = staffed.browser().get(staffed.ask(ANNA))

    asked = parse_qs(urlsplit(gone.headers["Location"]).query)
    assert set(asked["scope"][0].split()) == set(BACKGROUND)
    assert asked["access_type"] == ["offline"]
    assert asked["prompt"] == ["consent"]
    assert asked["login_hint"] == [ANNA]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{BASE_URL}/oauth/callback"]
    assert "include_granted_scopes" not in asked


def test_what_is_stored_is_a_read_only_token_that_opens_this_mailbox(staffed: Office) -> None:
    staffed.consent(ANNA)

    consent = staffed.services.store.consent(SUB)
    assert consent is not None
    assert READONLY in consent.scopes
    assert not any(scope.endswith(("modify", "send", "compose", "mail.google.com/")) for scope in consent.scopes)


def test_whoever_has_it_on_already_is_told_so_and_asked_nothing(staffed: Office) -> None:
    staffed.consent(ANNA)

    answer = staffed.answer(ANNA, "actions/set-email", parameters={"want": "on"})

    assert "Email is on." in texts(answer)


def test_mail_that_comes_between_consent_and_the_first_run_is_not_missed(staffed: Office) -> None:
    staffed.consent(ANNA)
    at = staffed.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    staffed.simulator.control.create_label(ANNA, "Lever")
    staffed.label(ANNA, at["threadId"])

    staffed.sync(ANNA)

    assert len(staffed.stored(staffed.jane(), ANNA)) == 1


def test_the_members_other_addresses_are_theirs_and_never_a_candidates(staffed: Office) -> None:
    staffed.simulator.control.add_mailbox(CARA, sub=f"sub-{CARA}", send_as=["cara@people.example"])
    staffed.member(CARA)

    staffed.consent(CARA)

    member = staffed.services.store.member(f"sub-{CARA}")
    assert member is not None
    assert "cara@people.example" in member.addresses


# --- it does not, and says why ----------------------------------------------------------------------------


def test_who_says_no_finds_a_sentence_and_a_way_to_start_again(staffed: Office) -> None:
    shown = staffed.consent(ANNA, deny=True)

    home = staffed.answer(ANNA, "home")
    assert "You said no" in shown.get_data(as_text=True)
    assert nothing_is_on(staffed)
    assert any("answered with no" in text for text in texts(home))
    assert "Start again" in [each.text for each in buttons(home)]


def test_another_account_than_the_one_that_asked_is_dropped_and_not_revoked(staffed: Office) -> None:
    shown = staffed.consent(ANNA, account=BEN)

    assert shown.status_code == 403
    assert "another Google account" in shown.get_data(as_text=True)
    assert nothing_is_on(staffed)
    assert any("Another Google account" in text for text in texts(staffed.answer(ANNA, "home")))
    assert staffed.calls("oauth.revoke") == []


def test_fewer_scopes_than_needed_are_a_state_with_a_button_and_nothing_is_stored(staffed: Office) -> None:
    shown = staffed.consent(ANNA, scopes=[])

    home = staffed.answer(ANNA, "home")
    assert shown.status_code == 200
    assert "Not all permissions were given" in shown.get_data(as_text=True)
    assert nothing_is_on(staffed)
    assert "Give the rest" in [each.text for each in buttons(home)]


def test_an_account_from_outside_may_not_turn_it_on(staffed: Office) -> None:
    link = staffed.ask(ANNA)
    staffed.simulator.control.add_mailbox("anna@gmail.com", sub=SUB, name="Anna", hd=None)
    browser = staffed.browser()
    back = staffed.simulator.control.consent(browser.get(link).headers["Location"], email="anna@gmail.com")

    shown = browser.get(back.removeprefix(BASE_URL))

    assert shown.status_code == 403
    assert nothing_is_on(staffed)


def test_who_became_an_interviewer_meanwhile_may_not(staffed: Office) -> None:
    link = staffed.ask(ANNA)
    members.set_role(ANNA, Role.INTERVIEWER, staffed.services, actor="operator:test")
    browser = staffed.browser()
    back = staffed.simulator.control.consent(browser.get(link).headers["Location"], email=ANNA)

    assert browser.get(back.removeprefix(BASE_URL)).status_code == 403
    assert nothing_is_on(staffed)


@pytest.mark.parametrize("broken", ["POST /token", "GET .*/sendAs", "GET .*/profile", "GET .*/labels"])
def test_where_google_does_not_answer_nothing_is_stored_and_it_can_be_started_again(
    staffed: Office, broken: str
) -> None:
    staffed.simulator.control.fault(broken, status=503, times=20)

    shown = staffed.consent(ANNA)

    assert shown.status_code == 503
    assert nothing_is_on(staffed)
    staffed.simulator.control.clear_faults()
    assert staffed.consent(ANNA).status_code == 200


def test_gmail_switched_off_for_the_account_is_said(staffed: Office) -> None:
    staffed.simulator.control.fault("GET .*/sendAs", status=403, reason="domainPolicy", times=20)

    shown = staffed.consent(ANNA)

    assert "Gmail is switched off" in shown.get_data(as_text=True)
    assert nothing_is_on(staffed)


def test_what_google_says_in_an_error_is_never_shown(staffed: Office) -> None:
    browser = staffed.browser()
    state = parse_qs(urlsplit(browser.get(staffed.ask(ANNA)).headers["Location"]).query)["state"][0]

    shown = browser.get("/oauth/callback", query_string={"state": state, "error": "<b>canary</b>"})

    assert "canary" not in shown.get_data(as_text=True)
    assert nothing_is_on(staffed)


# --- the link ---------------------------------------------------------------------------------------------


def test_a_link_lasts_ten_minutes(staffed: Office) -> None:
    link = staffed.ask(ANNA)
    staffed.clock.pass_time(seconds=599)
    assert staffed.browser().get(link).status_code == 302

    staffed.clock.pass_time(seconds=1)

    assert staffed.browser().get(link).status_code == 400


def test_a_newer_link_makes_the_older_one_useless(staffed: Office) -> None:
    older = staffed.ask(ANNA)

    newer = staffed.ask(ANNA)

    assert staffed.browser().get(older).status_code == 400
    assert staffed.browser().get(newer).status_code == 302


def test_a_scanner_that_opens_the_link_first_uses_nothing_up(staffed: Office) -> None:
    link = staffed.ask(ANNA)
    scanner, browser = staffed.browser(), staffed.browser()
    scanner.get(link)
    gone = browser.get(link)
    scanner.get(link)

    back = staffed.simulator.control.consent(gone.headers["Location"], email=ANNA)

    assert browser.get(back.removeprefix(BASE_URL)).status_code == 200
    assert staffed.services.store.mailbox(SUB) is not None


def test_a_link_is_used_up_by_coming_back(staffed: Office) -> None:
    link = staffed.ask(ANNA)
    browser = staffed.browser()
    first, second = browser.get(link).headers["Location"], browser.get(link).headers["Location"]
    back = staffed.simulator.control.consent(first, email=ANNA).removeprefix(BASE_URL)
    again = staffed.simulator.control.consent(second, email=ANNA).removeprefix(BASE_URL)
    cookie = browser.get_cookie("__Host-lever-consent")
    assert cookie is not None
    browser.get(back)
    before = staffed.services.store.consent(SUB)

    browser.set_cookie("__Host-lever-consent", cookie.value)
    replayed = [browser.get(back).status_code, browser.get(again).status_code, browser.get(link).status_code]

    assert replayed == [400, 400, 400]
    assert staffed.services.store.consent(SUB) == before


def test_the_cookie_is_this_hosts_alone_and_no_script_reads_it(staffed: Office) -> None:
    gone = staffed.browser().get(staffed.ask(ANNA))

    cookie = gone.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("link", ["/connect", "/connect?nonce=", "/connect?nonce=x", "/connect?nonce=a&nonce=b"])
def test_a_link_that_was_never_ours_leads_nowhere(staffed: Office, link: str) -> None:
    staffed.ask(ANNA)

    shown = staffed.browser().get(link)

    assert shown.status_code == 400
    assert "Location" not in shown.headers


def test_while_the_window_is_open_the_panel_says_so(staffed: Office) -> None:
    staffed.ask(ANNA)

    home = staffed.answer(ANNA, "home")

    assert "I have done this" in [each.text for each in buttons(home)]
    staffed.clock.pass_time(minutes=11)
    assert "Turn on Email" in [each.text for each in buttons(staffed.answer(ANNA, "home"))]


def test_the_page_fetches_nothing_and_leaves_gmail_its_window(staffed: Office) -> None:
    shown = staffed.consent(ANNA)

    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "Cross-Origin-Opener-Policy" not in shown.headers
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "http" not in shown.get_data(as_text=True)


# --- the card ---------------------------------------------------------------------------------------------


def test_a_new_members_home_explains_in_three_sentences_and_has_one_button(staffed: Office) -> None:
    home = staffed.answer(ANNA, "home")

    assert "Turn on Email" in [each.text for each in buttons(home)]
    assert any("Everything else in your mailbox is left alone" in text for text in texts(home))


def test_an_interviewer_can_neither_turn_it_on_nor_see_settings(office: Office) -> None:
    office.member(ANNA, Role.INTERVIEWER)

    turned = office.answer(ANNA, "actions/set-email", parameters={"want": "on"})

    assert any("Nothing here" in text for text in texts(turned))
    assert any("Your role does not use" in text for text in texts(office.answer(ANNA, "actions/settings")))
    assert office.services.store.consent_request(SUB) is None
