"""Google's error bodies, word for word where a report shows them; nothing here decides when to refuse."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
_USAGE_REASONS = frozenset(
    {
        "accessNotConfigured",
        "dailyLimitExceeded",
        "quotaExceeded",
        "rateLimitExceeded",
        "userRateLimitExceeded",
    }
)
_BAD_CREDENTIALS = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
    "valid authentication credential."
)
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ApiError(Exception):
    """A refusal as Gmail words it; `detail` is the inner message where Google has two."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        detail: str | None = None,
        parameter: str | None = None,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.detail = detail or message
        self.parameter = parameter
        self.headers = headers

    def body(self) -> dict[str, Any]:
        inner = {"message": self.detail, "domain": self._domain(), "reason": self.reason}
        if self.parameter:
            inner |= {"location": self.parameter, "locationType": "parameter"}
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "errors": [inner],
                "status": self._status(),
            }
        }

    def _domain(self) -> str:
        # A 429 of the mailbox itself says "global"; only the project's own quota says "usageLimits".
        return "usageLimits" if self.code == HTTPStatus.FORBIDDEN and self.reason in _USAGE_REASONS else "global"

    def _status(self) -> str:
        if self.reason == "failedPrecondition":
            return "FAILED_PRECONDITION"
        if self._domain() == "usageLimits" and self.reason != "accessNotConfigured":
            return "RESOURCE_EXHAUSTED"
        return _STATUS.get(self.code, "UNKNOWN")


def invalid(message: str, *, parameter: str | None = None) -> ApiError:
    return ApiError(400, "invalidArgument", message, parameter=parameter)


def not_found() -> ApiError:
    return ApiError(404, "notFound", "Requested entity was not found.")


def bad_credentials() -> ApiError:
    challenge = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
    return ApiError(401, "authError", _BAD_CREDENTIALS, detail="Invalid Credentials", headers=challenge)


def missing_scope() -> ApiError:
    text = "Request had insufficient authentication scopes."
    return ApiError(403, "insufficientPermissions", text, detail="Insufficient Permission")


def over_quota() -> ApiError:
    text = (
        "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user' "
        "of service 'gmail.googleapis.com' for consumer 'project_number:000000000000'."
    )
    return ApiError(403, "rateLimitExceeded", text)


def too_concurrent() -> ApiError:
    return ApiError(429, "rateLimitExceeded", "Too many concurrent requests for user.")
