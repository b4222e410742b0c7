"""What a call over HTTP ends in where there was no answer, or only a part of one."""

from __future__ import annotations

from http.client import HTTPException

import httplib2

NO_ANSWER = (OSError, httplib2.HttpLib2Error, HTTPException)
"""The client hands on what Python's own parser of HTTP raises; its texts hold what was answered."""
