"""The environment: every variable, every problem at once, nothing secret in any text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.config import GOOGLE_CERTS, GOOGLE_TOKEN, Config, ConfigError, Problem, is_loopback
from addon.policy.labels import secret_under
from storage.records import Role, SecretPolicy

KEY = "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="
LEAST = {
    "BASE_URL": "https://lever.acme.example",
    "SEAL_KEYS": f"k1:{KEY}",
    "INTERNAL_DOMAINS": "acme.example",
    "OAUTH_CLIENT_ID": "background.apps.googleusercontent.com",
    "OAUTH_CLIENT_SECRET": "GOCSPX-very-secret",
}


def read(**variables: str) -> Config:
    return Config.from_env(LEAST | variables)


def problems(**variables: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as refused:
        read(**variables)
    return refused.value.problems


# --- what is decided where nothing is said ----------------------------------------------------------------


def test_the_least_environment_gives_the_contracts_defaults() -> None:
    config = Config.from_env(LEAST)

    assert config.store_url == "sqlite:///var/addon.db"
    assert config.default_role is Role.INTERVIEWER
    assert config.secret_policy is SecretPolicy.CLASSIC
    assert config.label_name == "Lever"
    assert config.grace_days == 30
    assert config.debounce == timedelta(seconds=5)
    assert config.poll == timedelta(seconds=600)
    assert config.super_admins == set()
    assert config.blocklist == set()
    assert config.addon_service_account is None
    assert config.addon_client_id is None
    assert config.jobs_service_account is None
    assert config.push_service_account is None
    assert config.topic is None
    assert config.google.root is None


def test_google_is_google_unless_told_otherwise() -> None:
    assert Config.from_env(LEAST).google.certs == GOOGLE_CERTS == "https://www.googleapis.com/oauth2/v1/certs"
    assert Config.from_env(LEAST).google.token == GOOGLE_TOKEN == "https://oauth2.googleapis.com/token"


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert read(STORE_URL="", LABEL_NAME="  ", GRACE_DAYS="") == Config.from_env(LEAST)


@pytest.mark.parametrize("variable", list(LEAST))
@pytest.mark.parametrize("value", ["", "   "])
def test_what_has_no_safe_default_must_be_set(variable: str, value: str) -> None:
    [problem] = problems(**{variable: value})

    assert problem.variable == variable
    assert problem.wrong == "is not set"
    assert problem.example


# --- good values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("BASE_URL", "https://lever.acme.example/", "base_url", "https://lever.acme.example"),
        ("BASE_URL", "https://acme.example/lever/", "base_url", "https://acme.example/lever"),
        ("BASE_URL", "http://127.0.0.1:8080", "base_url", "http://127.0.0.1:8080"),
        ("BASE_URL", "http://localhost:8080", "base_url", "http://localhost:8080"),
        ("STORE_URL", "sqlite:////srv/addon.db", "store_url", "sqlite:////srv/addon.db"),
        ("STORE_URL", "firestore://acme-prod/lever", "store_url", "firestore://acme-prod/lever"),
        ("STORE_URL", "firestore://acme-prod/(default)", "store_url", "firestore://acme-prod/(default)"),
        ("SEAL_KEYS", f"k2:{KEY},k1:{KEY}", "seal_keys", f"k2:{KEY},k1:{KEY}"),
        ("INTERNAL_DOMAINS", "Acme.example, @acme.test,", "internal_domains", {"acme.example", "acme.test"}),
        ("SUPER_ADMINS", "Anna@Acme.example, b@x.example", "super_admins", {"anna@acme.example", "b@x.example"}),
        ("DEFAULT_ROLE", "limited_team_member", "default_role", Role.LIMITED_TEAM_MEMBER),
        ("LABEL_NAME", "Hiring/Lever", "label_name", "Hiring/Lever"),
        ("PANEL_LABELS", "off", "panel_labels", False),
        ("SECRET_POLICY", "sip", "secret_policy", SecretPolicy.SIP),
        (
            "BLOCKLIST",
            "CEO@Rival.example, s.p.y+x@googlemail.com, @Bank.example, law.example",
            "blocklist",
            {"ceo@rival.example", "s.p.y+x@googlemail.com", "bank.example", "law.example"},
        ),
        ("CANDIDATES_URL", "https://hire.eu.lever.co", "candidates_url", "https://hire.eu.lever.co/"),
        ("CANDIDATES_URL", "https://acme.example/people//", "candidates_url", "https://acme.example/people/"),
        ("GRACE_DAYS", "0", "grace_days", 0),
        ("GRACE_DAYS", "365", "grace_days", 365),
        ("DEBOUNCE_S", "1", "debounce", timedelta(seconds=1)),
        ("POLL_S", "60", "poll", timedelta(minutes=1)),
        ("ADDON_SERVICE_ACCOUNT", " service-1@x.example ", "addon_service_account", "service-1@x.example"),
        ("ADDON_CLIENT_ID", "1.apps.example", "addon_client_id", "1.apps.example"),
        ("JOBS_SERVICE_ACCOUNT", "jobs@x.example", "jobs_service_account", "jobs@x.example"),
        ("PUSH_SERVICE_ACCOUNT", "push@x.example", "push_service_account", "push@x.example"),
        ("PUBSUB_TOPIC", "projects/x.example:hire/topics/gm1", "topic", "projects/x.example:hire/topics/gm1"),
    ],
)  # fmt: skip
def test_a_good_value_is_read(variable: str, value: str, field: str, expected: object) -> None:
    assert getattr(read(**{variable: value}), field) == expected


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_be_the_default(role: Role) -> None:
    assert read(DEFAULT_ROLE=role.value).default_role is role


def test_texts_use_the_last_part_of_the_labels_name() -> None:
    assert read(LABEL_NAME="Teams/Hiring").word == "Hiring"
    assert secret_under(read(LABEL_NAME="Teams/Hiring").label_name) == "Teams/Hiring/Secret"
    assert Config.from_env(LEAST).word == "Lever"
    assert secret_under(Config.from_env(LEAST).label_name) == "Lever/Secret"


def test_the_company_is_called_by_its_domains() -> None:
    assert read(INTERNAL_DOMAINS="b.example,a.example").company == "a.example, b.example"


# --- bad values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BASE_URL", "http://lever.acme.example"),
        ("BASE_URL", "lever.acme.example"),
        ("BASE_URL", "ftp://lever.acme.example"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://lever.acme.example/?x=1"),
        ("BASE_URL", "https://lever.acme.example/#x"),
        ("BASE_URL", "https://[::1"),
        ("STORE_URL", "postgres://db/x"),
        ("STORE_URL", "sqlite://var/addon.db"),
        ("STORE_URL", "sqlite:///"),
        ("STORE_URL", "firestore://project"),
        ("STORE_URL", "firestore://project/"),
        ("STORE_URL", "firestore://Project/database"),
        ("STORE_URL", "firestore://project/database/more"),
        ("SEAL_KEYS", "not-a-key"),
        ("SEAL_KEYS", f"k1:{KEY},k1:{KEY}"),
        ("SEAL_KEYS", "k1:c2hvcnQ="),
        ("INTERNAL_DOMAINS", "acme"),
        ("INTERNAL_DOMAINS", "straße.example"),
        ("INTERNAL_DOMAINS", "acme.example anna@acme.example"),
        ("INTERNAL_DOMAINS", "*.acme.example"),
        ("INTERNAL_DOMAINS", ","),
        ("SUPER_ADMINS", "anna"),
        ("SUPER_ADMINS", "@acme.example"),
        ("SUPER_ADMINS", "anna@acme.example,ben@"),
        ("DEFAULT_ROLE", "owner"),
        ("DEFAULT_ROLE", "Admin"),
        ("PANEL_LABELS", "no"),
        ("LABEL_NAME", "INBOX"),
        ("LABEL_NAME", "Trash"),
        ("LABEL_NAME", "Lever/"),
        ("LABEL_NAME", "/Lever"),
        ("LABEL_NAME", "Hiring//Lever"),
        ("SECRET_POLICY", "open"),
        ("BLOCKLIST", "rival"),
        ("BLOCKLIST", "a@b@"),
        ("CANDIDATES_URL", "http://hire.lever.co/"),
        ("CANDIDATES_URL", "https:///people"),
        ("CANDIDATES_URL", "https://hire.lever.co/?candidate="),
        ("CANDIDATES_URL", "https://hire.lever.co@rival.example/"),
        ("GRACE_DAYS", "a month"),
        ("GRACE_DAYS", "-1"),
        ("GRACE_DAYS", "1.5"),
        ("GRACE_DAYS", "99999999999"),
        ("DEBOUNCE_S", "0"),
        ("DEBOUNCE_S", "soon"),
        ("POLL_S", "0"),
        ("POLL_S", "9" * 30),
        ("POLL_S", "9" * 5000),
        ("PUBSUB_TOPIC", "gmail"),
        ("PUBSUB_TOPIC", "projects/acme/topics/gm"),
        ("PUBSUB_TOPIC", "projects/acme/topics/googled"),
        ("PUBSUB_TOPIC", "projects/acme/subscriptions/gmail"),
        ("PUBSUB_TOPIC", "projects/a/b/topics/gmail"),
        ("GOOGLE_API_URL", "http://gmail.example"),
        ("GOOGLE_API_URL", "127.0.0.1:8900"),
        ("DIRECTORY_URL", "lever:"),
        ("DIRECTORY_URL", "csv:people.csv"),
    ],
)
def test_a_bad_value_is_named_with_what_it_should_look_like(variable: str, value: str) -> None:
    [problem] = problems(**{variable: value})

    assert problem.variable == variable
    assert problem.wrong
    assert str(problem).startswith(f"{variable}: ")
    assert f"{variable}={problem.example}" in str(problem)


def test_the_background_client_is_another_than_the_add_ons() -> None:
    [problem] = problems(ADDON_CLIENT_ID=LEAST["OAUTH_CLIENT_ID"])

    assert problem.variable == "OAUTH_CLIENT_ID"
    assert "ADDON_CLIENT_ID" in problem.wrong


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        Config.from_env(
            {"BASE_URL": "http://x.example", "GRACE_DAYS": "x", "DEFAULT_ROLE": "owner", "SEAL_KEYS": "x"}
        )

    wrong = [problem.variable for problem in refused.value.problems]
    assert sorted(wrong) == [
        "BASE_URL",
        "DEFAULT_ROLE",
        "GRACE_DAYS",
        "INTERNAL_DOMAINS",
        "OAUTH_CLIENT_ID",
        "OAUTH_CLIENT_SECRET",
        "SEAL_KEYS",
    ]
    for problem in refused.value.problems:
        assert str(problem) in str(refused.value)


# --- secrets ----------------------------------------------------------------------------------------------


def test_secrets_stand_in_no_printed_configuration() -> None:
    config = Config.from_env(LEAST)

    assert KEY not in repr(config)
    assert LEAST["OAUTH_CLIENT_SECRET"] not in repr(config)


@pytest.mark.parametrize("seal_keys", ["hunter2", f"k1:{KEY},broken", f"{KEY}"])
def test_secrets_stand_in_no_problem(seal_keys: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(SEAL_KEYS=seal_keys, GRACE_DAYS="x")

    assert seal_keys not in str(refused.value)
    assert KEY not in str(refused.value)
    assert LEAST["OAUTH_CLIENT_SECRET"] not in str(refused.value)
    assert seal_keys not in repr(refused.value)


# --- the root of trust ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8900", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:8900/", True),
        ("http://localhost", True),
        ("http://0.0.0.0", False),
        ("http://10.0.0.1", False),
        ("http://[::]", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1@evil.example", False),
        ("http://evil.example/127.0.0.1", False),
        ("http://2130706433", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_and_no_other(url: str, *, loopback: bool) -> None:
    assert is_loopback(url) is loopback


def test_another_google_replaces_all_of_googles_hosts() -> None:
    google = read(BASE_URL="http://127.0.0.1:8080", GOOGLE_API_URL="http://127.0.0.1:8900/").google

    assert google.root == "http://127.0.0.1:8900"
    assert google.certs == "http://127.0.0.1:8900/oauth2/v1/certs"
    assert google.token == "http://127.0.0.1:8900/token"


def test_another_google_is_refused_where_the_add_on_can_be_reached() -> None:
    [problem] = problems(GOOGLE_API_URL="http://127.0.0.1:8900")

    assert problem.variable == "GOOGLE_API_URL"
    assert "BASE_URL" in problem.wrong


def test_another_google_that_is_not_this_machine_is_refused_even_for_a_local_add_on() -> None:
    [problem] = problems(BASE_URL="http://localhost:8080", GOOGLE_API_URL="https://google.evil.example")

    assert problem.variable == "GOOGLE_API_URL"


@pytest.mark.parametrize("host", ["127.0.0.1:8901", "localhost:8901", "[::1]:8901"])
def test_an_emulated_firestore_is_one_on_this_machine(host: str) -> None:
    assert read(BASE_URL="http://127.0.0.1:8080", FIRESTORE_EMULATOR_HOST=host).firestore_emulator == host


def test_an_emulated_firestore_is_refused_where_the_add_on_can_be_reached() -> None:
    [problem] = problems(FIRESTORE_EMULATOR_HOST="127.0.0.1:8901")

    assert problem.variable == "FIRESTORE_EMULATOR_HOST"
    assert "BASE_URL" in problem.wrong


@pytest.mark.parametrize(
    "host",
    ["10.0.0.1:8901", "firestore.evil.example:443", "127.0.0.1", "127.0.0.1@evil.example:1", "http://127.0.0.1:1"],
)
def test_an_emulated_firestore_elsewhere_is_refused_even_for_a_local_add_on(host: str) -> None:
    [problem] = problems(BASE_URL="http://localhost:8080", FIRESTORE_EMULATOR_HOST=host)

    assert problem.variable == "FIRESTORE_EMULATOR_HOST"


# --- whatever is set --------------------------------------------------------------------------------------

VARIABLES = [
    *LEAST,
    *("STORE_URL", "SUPER_ADMINS", "DEFAULT_ROLE", "LABEL_NAME", "SECRET_POLICY", "BLOCKLIST", "GRACE_DAYS"),
    "CANDIDATES_URL",
    "PANEL_LABELS",
    *("DEBOUNCE_S", "POLL_S", "ADDON_SERVICE_ACCOUNT", "ADDON_CLIENT_ID", "JOBS_SERVICE_ACCOUNT"),
    *("PUSH_SERVICE_ACCOUNT", "PUBSUB_TOPIC"),
    *("DIRECTORY_URL", "GOOGLE_API_URL", "FIRESTORE_EMULATOR_HOST"),
]


@pytest.mark.parametrize("variable", ["BASE_URL", "GOOGLE_API_URL", "CANDIDATES_URL"])
@pytest.mark.parametrize("value", ["http://[", "http://[::1", "http://127.0.0.1:99999", "http://localhost:x"])
def test_what_only_looks_like_an_address_is_a_problem_and_no_crash(variable: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Config.from_env({variable: value})

    assert [str(problem) for problem in refused.value.problems if problem.variable == variable]


VALUES = st.one_of(st.text(max_size=20), st.from_regex(r"https?://[\[\]:/?#@.a-z0-9]{0,15}", fullmatch=True))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(VARIABLES), VALUES, max_size=4))
def test_any_environment_is_read_or_refused_with_its_problems(environment: dict[str, str]) -> None:
    try:
        config = Config.from_env(LEAST | environment)
    except ConfigError:
        return

    assert config.internal_domains
    assert config.seal_keys
