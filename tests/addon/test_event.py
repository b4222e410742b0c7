"""Google's event, as it really comes and as somebody might make it up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.event import Event, UnreadableError, parse, real_id

SCOPE = "https://www.googleapis.com/auth/gmail.addons.execute"
AUTHORIZATION = {
    "userOAuthToken": "ya29.panel",
    "userIdToken": "eyJ.user",
    "systemIdToken": "eyJ.system",
    "authorizedScopes": [SCOPE],
}
ON_THE_WEB = {
    "commonEventObject": {
        "hostApp": "GMAIL",
        "platform": "WEB",
        "userLocale": "pt-BR",
        "timeZone": {"id": "America/Sao_Paulo", "offset": -10800000},
        "parameters": {"conversation": "c1", "want": "secret"},
        "formInputs": {"audience": {"stringInputs": {"value": ["anna", "ben"]}}},
    },
    "authorizationEventObject": AUTHORIZATION,
    "gmail": {
        "messageId": "msg-f:1659728385805497086",
        "threadId": "thread-f:1659728385805497086",
        "accessToken": "xedf",
        "toRecipients": ["a@x.example"],
    },
}


# --- as it comes ------------------------------------------------------------------------------------------


def test_a_click_on_the_web_is_read_whole() -> None:
    event = parse(ON_THE_WEB)

    assert event.parameters == {"conversation": "c1", "want": "secret"}
    assert event.inputs == {"audience": ("anna", "ben")}
    assert event.locale == "pt-BR"
    assert event.time_zone == "America/Sao_Paulo"
    assert event.scopes == {SCOPE}
    assert (event.user_token, event.panel_token) == ("eyJ.user", "ya29.panel")
    assert event.open is not None
    assert event.open.access_token == "xedf"
    assert event.open.message_hex == event.open.thread_hex == "17088a2c5b91b2fe"


@pytest.mark.parametrize("platform", ["ANDROID", "ANDRIOD", "IOS", "SOMETHING_NEW"])
def test_a_phone_tells_neither_language_nor_zone(platform: str) -> None:
    event = parse(
        {
            "commonEventObject": {"hostApp": "GMAIL", "platform": platform},
            "authorizationEventObject": AUTHORIZATION,
            "gmail": {"messageId": "18a1b2c3d4e5f607", "threadId": "18a1b2c3d4e5f607"},
        }
    )

    assert event.locale == "en"
    assert event.time_zone is None
    assert event.open is not None
    assert event.open.access_token == ""


@pytest.mark.parametrize("gmail", [{}, {"threadId": "thread-f:1"}, {"messageId": ""}, {"messageId": None}, None])
def test_home_comes_with_gmail_but_without_a_message(gmail: dict[str, Any] | None) -> None:
    event = parse({"commonEventObject": {"hostApp": "GMAIL"}, "gmail": gmail})

    assert event.open is None


def test_an_event_may_be_empty() -> None:
    assert parse({}) == Event()


# --- what was typed and ticked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "read"),
    [
        ({}, {}),
        ({"email": {"stringInputs": {"value": ["on"]}}}, {"email": ("on",)}),
        ({"email": {"": {"stringInputs": {"value": ["on"]}}}}, {"email": ("on",)}),
        ({"email": {"stringInputs": {"value": [""]}}}, {"email": ("",)}),
        ({"email": {"stringInputs": {"value": []}}}, {"email": ()}),
        ({"email": {"stringInputs": {}}}, {"email": ()}),
        ({"email": None}, {"email": ()}),
        ({"due": {"dateInput": {"msSinceEpoch": "1787702400000"}}}, {"due": ()}),
    ],
)
def test_inputs_are_read_in_every_shape_they_come_in(inputs: dict[str, Any], read: dict[str, Any]) -> None:
    assert parse({"commonEventObject": {"formInputs": inputs}}).inputs == read


def test_a_box_that_is_not_ticked_has_no_key() -> None:
    event = parse({"commonEventObject": {"formInputs": {"other": {"stringInputs": {"value": ["x"]}}}}})

    assert "audience" not in event.inputs


def test_parameters_that_are_not_in_the_contract_are_dropped() -> None:
    given_ones = {
        name: name
        for name in [
            "conversation",
            "candidate",
            "address",
            "thread",
            "message",
            "page",
            "want",
            "digest",
            "import",
            "batch",
        ]
    }
    made_up = {
        "state": "signed",
        "token": "x",
        "__action_method_name__": "f",
        "Conversation": "c",
        "huge": "x" * 9999,
    }

    event = parse({"commonEventObject": {"parameters": given_ones | made_up}})

    assert event.parameters == given_ones


# --- ids --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("msg-f:1659728385805497086", "17088a2c5b91b2fe"),
        ("thread-f:1659728385805497086", "17088a2c5b91b2fe"),
        ("msg-f:1", "1"),
        ("17088a2c5b91b2fe", "17088a2c5b91b2fe"),
        ("msg-a:r-1184333689291609288", None),
        ("thread-a:r-42", None),
        ("msg-f:", None),
        ("msg-f:12x", None),
        ("msg-f:-1", None),
        ("", None),
    ],
)
def test_an_id_becomes_the_one_gmails_api_knows_where_there_is_one(written: str, known: str | None) -> None:
    assert real_id(written) == known


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=2**64 - 1))
def test_both_forms_of_an_id_are_one_number(number: int) -> None:
    assert real_id(f"msg-f:{number}") == f"{number:x}" == real_id(f"{number:x}")


@pytest.mark.parametrize("written", ["#msg-f:16", "#thread-f:16", "#msg-a:r-16", "#10"])
def test_a_number_sign_before_an_id_is_taken_off(written: str) -> None:
    event = parse({"gmail": {"messageId": written, "threadId": written}})

    assert event.open is not None
    assert event.open.message == written[1:]
    assert event.open.thread == written[1:]


@pytest.mark.parametrize(
    "written",
    [
        "../../labels",
        "me/messages",
        "msg-f:1?x=1",
        "18A1",
        "msg-f:1\n",
        "msg-x:1",
        "%2e%2e",
        "1" * 17,
        "##10",
        "msg-a:",
    ],
)
def test_what_is_no_id_of_gmails_is_refused(written: str) -> None:
    with pytest.raises(UnreadableError, match="not an id"):
        parse({"gmail": {"messageId": written}})
    with pytest.raises(UnreadableError, match="not an id"):
        parse({"gmail": {"messageId": "10", "threadId": written}})


# --- what cannot be read ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "text",
        [],
        7,
        {"commonEventObject": []},
        {"commonEventObject": {"parameters": "x"}},
        {"commonEventObject": {"parameters": {"want": 1}}},
        {"commonEventObject": {"parameters": {"want": ["secret"]}}},
        {"commonEventObject": {"parameters": {"want": "x" * 1001}}},
        {"commonEventObject": {"parameters": {"want": "\U0001f600" * 251}}},
        {"commonEventObject": {"userLocale": "x" * 2001}},
        {"commonEventObject": {"formInputs": {"a": {"stringInputs": {"value": "on"}}}}},
        {"commonEventObject": {"formInputs": {"a": {"stringInputs": {"value": [1]}}}}},
        {"commonEventObject": {"timeZone": "Europe/Paris"}},
        {"commonEventObject": {"userLocale": {}}},
        {"authorizationEventObject": {"authorizedScopes": "all"}},
        {"authorizationEventObject": {"authorizedScopes": [{}]}},
        {"authorizationEventObject": {"userIdToken": 1}},
        {"gmail": {"messageId": 17}},
        {"gmail": {"messageId": "10", "accessToken": {}}},
    ],
)
def test_what_is_not_of_googles_shape_is_unreadable(body: object) -> None:
    with pytest.raises(UnreadableError):
        parse(body)


def test_a_refusal_quotes_nothing() -> None:
    hostile = {"commonEventObject": {"parameters": {"want": "hostile" * 999}}}

    with pytest.raises(UnreadableError) as refused:
        parse(hostile)

    assert "hostile" not in str(refused.value)


def test_tokens_and_what_was_typed_pressed_or_opened_stand_in_no_printed_event() -> None:
    event = parse(ON_THE_WEB)
    assert event.open is not None

    for secret in ("eyJ.system", "eyJ.user", "ya29.panel", "xedf", "'ben'"):
        assert secret not in repr(event)
    for secret in (event.open.message, event.open.thread, *event.parameters.values()):
        assert secret not in repr(event)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PARTS = {
    "commonEventObject": ["parameters", "formInputs", "timeZone", "userLocale"],
    "authorizationEventObject": [*AUTHORIZATION],
    "gmail": ["messageId", "threadId", "accessToken"],
}
HOSTILE = st.fixed_dictionaries(
    {},
    optional={
        name: JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(fields, JSON))
        for name, fields in PARTS.items()
    },
)


@settings(deadline=None)
@given(JSON | HOSTILE)
def test_any_json_is_an_event_or_unreadable(body: Any) -> None:
    try:
        event = parse(json.loads(json.dumps(body)))
    except UnreadableError:
        return

    assert all(isinstance(value, str) for value in event.parameters.values())
    assert all(isinstance(value, str) for values in event.inputs.values() for value in values)
