"""Signatures of deliveries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.signed import SignatureError, SignedAt
from connectors.zendesk.signature import (
    PUBLIC_TEST_SECRET,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    sign,
    usable_secrets,
    verify,
)

SECRET = "b25lLXNlY3JldC1mb3ItdGVzdHMtb25seQ=="
NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)
STAMP = "2026-11-23T09:00:00Z"
BODY = b'{"ticket_id":"35"}'


def signed(raw: bytes = BODY, stamp: str = STAMP, secret: str = SECRET) -> dict[str, str]:
    return {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(raw, stamp, secret)}


def refusal(raw: bytes, headers: Any, secrets: Any, now: datetime = NOW) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(raw, headers, secrets, now)
    return str(caught.value)


def test_a_delivery_of_ours_is_recognised() -> None:
    assert verify(BODY, signed(), [SECRET], NOW) == SignedAt(NOW, 0)


def test_the_signature_is_the_documented_one() -> None:
    # Worked out with: printf '2021-07-25T10:00:00Z{"say": "hello"}' |
    # openssl dgst -sha256 -hmac HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA= -binary | base64
    secret = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA="
    expected = "Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk="
    assert sign(b'{"say": "hello"}', "2021-07-25T10:00:00Z", secret) == expected


def test_the_older_order_of_body_and_timestamp_is_refused() -> None:
    headers = {
        TIMESTAMP_HEADER: "2021-07-25T10:00:00Z",
        SIGNATURE_HEADER: "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw=",
    }
    then = datetime(2021, 7, 25, 10, 0, 0, tzinfo=UTC)
    secret = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA="
    assert "matches none" in refusal(b'{"say": "hello"}', headers, [secret], then)


def test_header_names_are_case_insensitive() -> None:
    headers = {name.upper(): value for name, value in signed().items()}
    assert verify(BODY, headers, [SECRET], NOW).instant == NOW


def test_the_previous_secret_still_counts_while_it_is_rotated() -> None:
    headers = signed(secret="previous")
    assert verify(BODY, headers, [SECRET, "previous"], NOW).secret_index == 1


def test_the_public_test_secret_proves_nothing_even_if_configured() -> None:
    headers = signed(secret=PUBLIC_TEST_SECRET)
    assert "no usable" in refusal(BODY, headers, [PUBLIC_TEST_SECRET])
    assert "matches none" in refusal(BODY, headers, [PUBLIC_TEST_SECRET, SECRET])


@pytest.mark.parametrize("secrets", [[], (), [""], "", [" "]])
def test_without_a_secret_nothing_is_accepted(secrets: Any) -> None:
    assert "no usable" in refusal(BODY, signed(secret=""), secrets)


def test_a_single_text_is_one_secret_and_not_its_letters() -> None:
    assert usable_secrets(SECRET) == (SECRET,)
    assert verify(BODY, signed(), SECRET, NOW).secret_index == 0


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_a_timestamp_within_five_minutes_is_accepted(seconds: int) -> None:
    assert verify(BODY, signed(), [SECRET], NOW + timedelta(seconds=seconds)).instant == NOW


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_timestamp_beyond_five_minutes_is_refused(seconds: int) -> None:
    assert "too far" in refusal(BODY, signed(), [SECRET], NOW + timedelta(seconds=seconds))


def test_the_window_can_be_set() -> None:
    with pytest.raises(SignatureError):
        verify(BODY, signed(), [SECRET], NOW + timedelta(seconds=31), window_s=30)


@pytest.mark.parametrize(
    "stamp",
    [
        "1795424400",
        "2026-11-23 09:00:00Z",
        "2026-11-23T09:00:00",
        "2026-11-23T09:00:00+00:00",
        "2026-11-23T09:00:00z",
        " 2026-11-23T09:00:00Z",
        "2026-11-23T09:00:00Z\n",
        "٢٠٢٦-11-23T09:00:00Z",
        "2026-W48-1T09:00:00Z",
        "",
    ],
)
def test_a_timestamp_in_another_form_is_refused_though_signed(stamp: str) -> None:
    assert "documented form" in refusal(BODY, signed(stamp=stamp), [SECRET])


@pytest.mark.parametrize("stamp", ["2026-02-30T09:00:00Z", "2026-11-23T25:00:00Z"])
def test_a_timestamp_that_names_no_instant_is_refused(stamp: str) -> None:
    assert "no instant" in refusal(BODY, signed(stamp=stamp), [SECRET])


def test_fractions_of_a_second_are_read() -> None:
    stamp = "2026-11-23T09:00:00.250Z"
    assert verify(BODY, signed(stamp=stamp), [SECRET], NOW).instant.microsecond == 250_000


@pytest.mark.parametrize("missing", [TIMESTAMP_HEADER, SIGNATURE_HEADER])
def test_a_missing_header_is_refused(missing: str) -> None:
    headers = {name: value for name, value in signed().items() if name != missing}
    assert missing in refusal(BODY, headers, [SECRET])


def test_two_different_signatures_are_refused() -> None:
    headers = signed() | {SIGNATURE_HEADER.lower(): "x"}
    assert "twice" in refusal(BODY, headers, [SECRET])


def test_a_signature_in_another_spelling_of_base64_is_refused() -> None:
    headers = signed()
    headers[SIGNATURE_HEADER] = headers[SIGNATURE_HEADER].rstrip("=")
    assert "matches none" in refusal(BODY, headers, [SECRET])


def test_a_refusal_quotes_neither_secret_nor_body_nor_headers() -> None:
    headers = signed() | {SIGNATURE_HEADER: "canary-signature"}
    text = refusal(b"canary-body", headers, ["canary-secret"])
    assert "canary" not in text


# -- properties ---------------------------------------------------------------------------------


@given(st.binary(max_size=300), st.text(min_size=1).filter(lambda text: usable_secrets([text])))
def test_whatever_is_signed_is_accepted(raw: bytes, secret: str) -> None:
    assert verify(raw, signed(raw, STAMP, secret), [secret], NOW).instant == NOW


@given(st.binary(min_size=1, max_size=100), st.data())
def test_any_flipped_bit_of_the_body_is_noticed(raw: bytes, data: st.DataObject) -> None:
    headers = signed(raw)
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    assert "matches none" in refusal(bytes(changed), headers, [SECRET])


@given(
    st.binary(max_size=100),
    st.dictionaries(
        st.one_of(st.sampled_from([TIMESTAMP_HEADER, SIGNATURE_HEADER]), st.text()),
        st.text(st.characters(codec=None)),
    ),
    st.lists(st.text(st.characters(codec=None))),
)
def test_any_bytes_and_headers_give_an_answer_or_a_signature_error(
    raw: bytes, headers: dict[str, str], secrets: list[str]
) -> None:
    with pytest.raises(SignatureError):
        verify(raw, headers, secrets, NOW)
