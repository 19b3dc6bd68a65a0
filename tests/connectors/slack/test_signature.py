"""Signatures of Slack's requests."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from connectors.signed import SignatureError, SignedAt
from connectors.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign, verify

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = datetime(2026, 11, 30, 9, 0, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = b"command=%2Fdeskclerk&text=why+42"


def signed(raw: bytes = BODY, stamp: str = STAMP, secret: str = SECRET) -> dict[str, str]:
    return {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(raw, stamp, secret)}


def refusal(raw: bytes, headers: dict[str, str], secrets: list[str], now: datetime = NOW) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(raw, headers, secrets, now)
    return str(caught.value)


def test_a_request_of_slacks_is_recognised() -> None:
    assert verify(BODY, signed(), [SECRET], NOW) == SignedAt(NOW, 0)


def test_the_signature_is_the_documented_one() -> None:
    # Worked out with: printf 'v0:1531420618:token=x&team_id=T1' |
    # openssl dgst -sha256 -hmac 8f742231b10e8888abcd99yyyzzz85a5
    expected = "v0=ee1a198e50481730009ed1fa99d3f2d9cc2ef6ebdfc11672345c4cbcf915c217"
    assert sign(b"token=x&team_id=T1", "1531420618", SECRET) == expected


@given(st.text(), st.from_regex("[0-9a-f]{32}", fullmatch=True))
def test_slacks_own_library_signs_alike(body: str, secret: str) -> None:
    theirs = SignatureVerifier(secret).generate_signature(timestamp=STAMP, body=body)
    assert sign(body.encode(), STAMP, secret) == theirs


def test_header_names_are_case_insensitive() -> None:
    headers = {name.lower(): value for name, value in signed().items()}
    assert verify(BODY, headers, [SECRET], NOW).instant == NOW


def test_the_previous_secret_still_counts_while_it_is_rotated() -> None:
    assert verify(BODY, signed(secret="previous"), [SECRET, "previous"], NOW).secret_index == 1


@pytest.mark.parametrize("secrets", [[], [""], [" "]])
def test_without_a_secret_nothing_is_accepted(secrets: list[str]) -> None:
    assert "no usable" in refusal(BODY, signed(secret=""), secrets)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_timestamp_within_five_minutes_is_accepted(seconds: int) -> None:
    assert verify(BODY, signed(), [SECRET], NOW + timedelta(seconds=seconds)).instant == NOW


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_timestamp_beyond_five_minutes_is_refused(seconds: int) -> None:
    assert "too far" in refusal(BODY, signed(), [SECRET], NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("stamp", ["abc", "", "1e9", "9" * 5000, "-1", " 1", "1.5", "١", "1\n"])
def test_a_timestamp_in_another_form_is_refused_though_signed(stamp: str) -> None:
    assert "documented form" in refusal(BODY, signed(stamp=stamp), [SECRET])


@pytest.mark.parametrize("signature", ["", "v0=é", "v0=" + "0" * 63, "v1=" + "0" * 64, "0" * 64])
def test_a_signature_in_another_form_is_refused(signature: str) -> None:
    assert "documented form" in refusal(BODY, signed() | {SIGNATURE_HEADER: signature}, [SECRET])


def test_a_signature_of_other_bytes_is_refused() -> None:
    assert "matches none" in refusal(b"x", signed(), [SECRET])


@pytest.mark.parametrize("missing", [TIMESTAMP_HEADER, SIGNATURE_HEADER])
def test_a_missing_header_is_refused(missing: str) -> None:
    headers = {name: value for name, value in signed().items() if name != missing}
    assert missing in refusal(BODY, headers, [SECRET])


def test_two_different_signatures_are_refused() -> None:
    assert "twice" in refusal(BODY, signed() | {SIGNATURE_HEADER.lower(): "x"}, [SECRET])


@given(
    st.binary(max_size=100),
    st.dictionaries(
        st.one_of(st.sampled_from([TIMESTAMP_HEADER, SIGNATURE_HEADER]), st.text()),
        st.one_of(
            st.text(st.characters(codec=None)),
            st.from_regex(r"[0-9]{1,12}", fullmatch=True),
            st.from_regex(r"v0=[0-9a-f]{64}", fullmatch=True),
        ),
    ),
    st.lists(st.text(st.characters(codec=None))),
)
def test_any_bytes_and_headers_give_an_answer_or_a_signature_error(
    raw: bytes, headers: dict[str, str], secrets: list[str]
) -> None:
    with pytest.raises(SignatureError):
        verify(raw, headers, secrets, NOW)
