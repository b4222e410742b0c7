"""Failures to order: the next calls that match go wrong the way Google's do, or are answered with anything."""

import re
from dataclasses import dataclass

from demo.simulator.errors import ApiError, bad_credentials, missing_scope, not_found, over_quota

_TEXTS = {
    (429, "rateLimitExceeded"): "Resource has been exhausted (e.g. check quota).",
    (403, "userRateLimitExceeded"): "User Rate Limit Exceeded",
    (403, "dailyLimitExceeded"): "Daily Limit Exceeded",
    (403, "quotaExceeded"): "The request failed because a quota was exceeded.",
    (403, "domainPolicy"): "The domain administrators have disabled Gmail apps.",
    (
        403,
        "accessNotConfigured",
    ): "Gmail API has not been used in project 000000000000 before or it is disabled.",
    (400, "failedPrecondition"): "Mail service not enabled",
    (500, "backendError"): "Internal error encountered.",
    (503, "backendError"): "The service is currently unavailable.",
}
_WHOLE = {
    (401, "authError"): bad_credentials,
    (403, "insufficientPermissions"): missing_scope,
    (403, "rateLimitExceeded"): over_quota,
    (404, "notFound"): not_found,
}
_OAUTH_TEXTS = {
    "invalid_grant": "Token has been expired or revoked.",
    "invalid_client": "The OAuth client was not found.",
}


class AnsweredError(Exception):
    """A call is answered with a text of somebody's choice, whatever it asked for."""

    def __init__(self, answer: str) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`after` lets the effect happen and loses the answer; `retry_at` is the time Gmail writes in the text.

    With `answer` a call of Gmail's API goes well by its status, and that stands in the place of what it would say.
    """

    match: str
    status: int
    reason: str
    message: str | None = None
    retry_after: int | None = None
    retry_at: str | None = None
    after: bool = False
    answer: str | None = None

    def error(self) -> ApiError:
        known = _WHOLE.get((self.status, self.reason))
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if known and not (self.message or self.retry_at):
            error = known()
            error.headers = {**error.headers, **headers}
            return error
        text = self.message or _TEXTS.get((self.status, self.reason)) or self.reason
        if self.retry_at:
            text = f"{self.message or 'User-rate limit exceeded.'}  Retry after {self.retry_at}"
        return ApiError(self.status, self.reason, text, headers=headers)

    def oauth_text(self) -> str:
        return self.message or _OAUTH_TEXTS.get(self.reason) or self.reason


class Faults:
    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int]] = []

    def order(self, fault: Fault, *, times: int) -> None:
        """Raise re.error for a pattern that is none."""
        re.compile(fault.match)
        self._waiting.append((fault, times))

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Take the first fault ordered for this call; each serves as many calls as it was ordered for."""
        for place, (fault, left) in enumerate(self._waiting):
            if re.search(fault.match, f"{method} {path}"):
                self._waiting[place : place + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None
