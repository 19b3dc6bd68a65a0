"""The app's manifest."""

import json
from urllib.parse import parse_qs, urlsplit

from connectors.slack.manifest import SCOPES, creation_link, manifest


def test_the_app_calls_the_service_where_it_is() -> None:
    made = manifest("https://desk.example/", "/desk")
    (command,) = made["features"]["slash_commands"]
    assert (command["command"], command["url"]) == ("/desk", "https://desk.example/slack/events")
    assert made["settings"]["interactivity"]["request_url"] == "https://desk.example/slack/events"
    assert made["oauth_config"]["redirect_urls"] == ["https://desk.example/slack/oauth_redirect"]


def test_texts_keep_to_slacks_limits() -> None:
    made = manifest("https://desk.example")
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    (command,) = made["features"]["slash_commands"]
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000


def test_every_scope_has_a_reason() -> None:
    scopes = manifest("https://desk.example")["oauth_config"]["scopes"]["bot"]
    assert scopes == sorted(SCOPES)
    assert all(SCOPES.values())


def test_the_link_holds_the_whole_manifest() -> None:
    parts = urlsplit(creation_link("https://desk.example"))
    query = parse_qs(parts.query)
    assert (parts.hostname, query["new_app"]) == ("api.slack.com", ["1"])
    assert json.loads(query["manifest_json"][0]) == manifest("https://desk.example")
