"""The calls of Slack's Web API, by way of slack_sdk. Nothing else imports its web client.

slack_sdk builds the bodies of the calls. Its own transport would follow redirects with our token,
take proxies from the surroundings and log what it can't read; a session of ours
(`connectors.http`) sends the calls in its place, each of them once.
"""

from typing import Any, Final

from requests import Response
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from connectors.http import Timeout, create_session
from connectors.slack import errors
from connectors.transport import TRANSPORT_ERRORS, of_transport, read_object

Json = dict[str, Any]
Answer = SlackResponse

# What repeats without harm. A form opens once for a trigger, whatever becomes of the answer.
_HARMLESS: Final = frozenset(
    {
        "auth.test",
        "conversations.history",
        "conversations.list",
        "conversations.replies",
        "users.info",
        "views.open",
    }
)


class Wire(WebClient):
    """slack_sdk's client over our session; its calls raise our errors, never slack_sdk's."""

    def __init__(self, token: str, address: str, timeout: Timeout) -> None:
        super().__init__(token=token, base_url=f"{address}/api/", retry_handlers=[])
        self._session = create_session(None, timeout=timeout)

    def answer(self, address: str, body: Json) -> None:
        """Send an answer to a command or a click; Slack says `ok`, or a code, perhaps in JSON."""
        response = self._post(address, writing=True, json=body)
        said = response.content.strip()
        payload = read_object(said) or _spoken(said)
        refusal = errors.of_answer(response.status_code, payload, writing=True)
        if refusal is not None:
            raise refusal

    def close(self) -> None:
        """Close all connections; calls made later open new ones."""
        self._session.close()

    def _perform_urllib_http_request(self, *, url: str, args: dict[str, Json]) -> Json:
        writing = url.removeprefix(self.base_url) not in _HARMLESS
        body = {"headers": args["headers"], "json": args["json"], "data": args["params"]}
        response = self._post(url, writing=writing, **body)
        payload = read_object(response.content)
        refusal = errors.of_answer(response.status_code, payload, writing=writing)
        if refusal is not None:
            raise refusal
        return {"status": 200, "headers": response.headers, "parsed_body": payload}

    def _post(self, url: str, *, writing: bool, **body: Any) -> Response:
        try:
            return self._session.post(url, **body)
        except TRANSPORT_ERRORS as error:
            raise of_transport(error, vendor="Slack", writing=writing) from error


def _spoken(said: bytes) -> Json | None:
    """A bare word as the answer that it stands for."""
    if said == b"ok":
        return {"ok": True}
    word = said.decode("ascii", "replace")
    return {"ok": False, "error": word}
