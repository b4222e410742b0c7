"""Calls over HTTP: how long one may take, and what it ends in where there was no answer, or only a part of one."""

from __future__ import annotations

from http.client import HTTPException

import httplib2

from addon.gateways.deadline import seconds_for_a_call

NO_ANSWER = (OSError, httplib2.HttpLib2Error, HTTPException)
"""The client hands on what Python's own parser of HTTP raises; its texts hold what was answered."""


def http_for(at_most: float, http: httplib2.Http | None = None) -> httplib2.Http:
    """For the next call, `at_most` so many seconds; raise `UnavailableError` where the request it is for is over.

    A connection has its time from when it was made: those that `http` keeps open are given the new one.
    """
    seconds = seconds_for_a_call(at_most)
    if http is None:
        return httplib2.Http(timeout=seconds)
    http.timeout = seconds
    for connection in http.connections.values():
        connection.timeout = seconds
        if connection.sock is not None:
            connection.sock.settimeout(seconds)
    return http
