"""Zendesk's refusals. It has four envelopes for them; each is used where Zendesk uses it.

https://developer.zendesk.com/api-reference/introduction/requests/#response-format
"""

from collections.abc import Mapping

from connectors.zendesk.sandbox.config import Json


class ApiError(Exception):
    """A refusal: status, JSON body and headers. Holds nothing that a customer wrote."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"refused with {status}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def record_not_found() -> ApiError:
    """404: no such record."""
    return ApiError(404, {"error": "RecordNotFound", "description": "Not found"})


def invalid_endpoint() -> ApiError:
    """404: no such path, or not in this plan."""
    return ApiError(404, {"error": "InvalidEndpoint", "description": "Not found"})


def record_invalid(field: str, description: str, code: str = "InvalidValue") -> ApiError:
    """422: understood, and refused by validation."""
    details = {field: [{"description": description, "error": code}]}
    body = {
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": details,
    }
    return ApiError(422, body)


def closed_ticket() -> ApiError:
    """422: a closed ticket takes no update.

    https://developer.zendesk.com/documentation/ticketing/managing-tickets/creating-and-updating-tickets/
    """
    return record_invalid("status", "Status: closed prevents ticket update", "InvalidStatus")


def invalid_attribute(name: str, wanted: str) -> ApiError:
    """400: a value of the wrong type."""
    message = (
        f"You passed an invalid value for the {name} attribute. "
        f"Invalid parameter: {name} must be {wanted}"
    )
    return ApiError(400, {"error": {"title": "Invalid attribute", "message": message}})


def unreadable_body() -> ApiError:
    """422: the body is no JSON object."""
    return ApiError(
        422, {"error": "Unprocessable Entity", "message": "Server could not parse JSON"}
    )


def update_conflict() -> ApiError:
    """409: the ticket changed since `updated_stamp`."""
    description = (
        "Safe Update prevented the update due to outdated ticket data. "
        "Please fetch the latest ticket data and try again."
    )
    return ApiError(409, {"error": "UpdateConflict", "description": description})


def invalid_token() -> ApiError:
    """401: no token, or one that is expired or unknown."""
    description = (
        "The access token provided is expired, revoked, malformed or invalid for other reasons."
    )
    return ApiError(
        401,
        {"error": "invalid_token", "error_description": description},
        {"WWW-Authenticate": 'Bearer realm="Zendesk"'},
    )


def missing_scope() -> ApiError:
    """403: the token's scopes don't cover the call."""
    description = "You do not have access to this page. Missing the required OAuth scope."
    return ApiError(403, {"error": "Forbidden", "description": description})


def forbidden() -> ApiError:
    """403: the user's role doesn't allow the call."""
    message = "You do not have access to this page. Please contact the account owner for help."
    return ApiError(403, {"error": {"title": "Forbidden", "message": message}})


def too_many_requests(retry_after_s: int) -> ApiError:
    """429: a rate limit is used up."""
    body = {"error": "TooManyRequests", "description": "Rate limit exceeded"}
    return ApiError(429, body, {"Retry-After": str(retry_after_s)})


def coded_error(status: int, code: str, title: str) -> ApiError:
    """The `errors` envelope of webhooks, trigger categories and cursor paging."""
    return ApiError(status, {"errors": [{"code": code, "title": title, "detail": title}]})
