"""The reference pages say what the rules do."""

import re
from pathlib import Path

from rules.answers import BLANKS
from rules.model import Stage
from rules.policy_schema import CLOCK_KINDS, OWNERS, REPLIES, SEVERITIES, STATEMENTS, UNITS
from rules.reason_codes import REASON_CODES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
RULES = Path(__file__).parents[2] / "rules"
# How a key is read.
READS = r"\.(?:text|texts|named|flag|number|whole|choice|choices|day|time|pairs)|_some|read_words"


def test_the_page_of_reason_codes_equals_the_table() -> None:
    page = (REFERENCE / "reason-codes.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.+) \|$", page, flags=re.MULTILINE)
    assert dict(rows) == dict(REASON_CODES)


def test_every_policy_key_is_documented() -> None:
    page = (REFERENCE / "policy.md").read_text("utf-8")
    for name in ("policy_files.py", "faq_files.py", "pack_library.py"):
        source = (RULES / name).read_text("utf-8")
        keys = set(re.findall(rf'(?:{READS})\((?:\w+, )?\s*"([a-z_]+)"', source))
        assert keys
        assert [key for key in keys if not re.search(rf"[`.]{key}`", page)] == []


def test_every_word_of_a_choice_is_documented() -> None:
    page = (REFERENCE / "policy.md").read_text("utf-8")
    for word in (
        *BLANKS,
        *SEVERITIES,
        *UNITS,
        *REPLIES,
        *STATEMENTS,
        *CLOCK_KINDS,
        *OWNERS,
        *(stage.value for stage in Stage),
    ):
        assert word in page
