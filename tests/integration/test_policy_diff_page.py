"""The differences of two policies as lines that a person reads."""

from integration.policy_diff_page import diff_lines, summary_lines
from rules.policy_diff import Change, Difference, Kind, PolicyDiff


def lines(
    *settings: Change, questions: tuple[Difference, ...] = (), packs: tuple[Difference, ...] = ()
) -> list[str]:
    return list(diff_lines(PolicyDiff(settings, questions, packs, ())))


def a_question(kind: Kind, *changes: Change, title: str = "Gift cards") -> Difference:
    return Difference("gift_cards", title, kind, changes)


def test_a_setting_is_told_with_both_values() -> None:
    assert lines(
        Change("stage", "shadow", "auto"),
        Change("answer_outside_hours", old=True, new=False),
        Change("guards.max_replies_per_hour", 60, 0),
        Change("groups.legal", None, "Legal"),
        Change("routing.value", "VIPs", None),
    ) == [
        "Settings changed:",
        "  stage: shadow -> auto",
        "  answer_outside_hours: true -> false",
        "  guards.max_replies_per_hour: 60 -> 0",
        "  groups.legal: nothing -> Legal",
        "  routing.value: VIPs -> nothing",
    ]


def test_questions_are_grouped_by_what_became_of_them() -> None:
    new = a_question(Kind.ADDED, Change("stage", None, "off"), title="gift_cards")
    gone = a_question(Kind.REMOVED, Change("stage", "off", None))
    other = a_question(Kind.CHANGED, Change("stage", "off", "auto"))
    assert lines(questions=(other, gone, new), packs=(gone,)) == [
        "Questions added:",
        "  gift_cards",
        "    stage: off",
        "Questions removed:",
        "  gift_cards (Gift cards)",
        "Questions changed:",
        "  gift_cards (Gift cards)",
        "    stage: off -> auto",
        "Packs removed:",
        "  gift_cards (Gift cards)",
    ]


def test_examples_are_counted_and_quoted() -> None:
    change = Change("examples", ("a", "b", "b"), ("b", "c", "d"))
    assert lines(change)[1] == '  examples: 2 added ("c", "d"), 2 removed ("a", "b")'
    assert lines(Change("examples", ("a", "b"), ("b", "a")))[1] == "  examples: in another order"
    assert lines(Change("regions", (), ("GB",)))[1] == '  regions: 1 added ("GB")'
    many = Change("examples", None, tuple("abcdefghijklm"))
    assert lines(many)[1].endswith('"j" and 3 more)')


def test_a_longer_text_is_told_line_by_line() -> None:
    change = Change("answers.en.body", "Hello,\n\nold.\n\nBye", "Hello,\n\nnew.\n\nBye")
    assert lines(change) == [
        "Settings changed:",
        "  answers.en.body:",
        "    @@ -2,3 +2,3 @@",
        "     ",
        "    -old.",
        "    +new.",
        "     ",
    ]
    new_lines = lines(Change("answers.en.body", None, "long " * 20))
    assert new_lines[-1] == "    +" + "long " * 20


def test_a_very_long_change_is_cut() -> None:
    change = Change("answers.en.body", None, "\n".join(map(str, range(100))))
    assert len(lines(change)) == 2 + 40 + 1
    assert lines(change)[-1] == "    … 61 lines more"


def test_what_is_invisible_or_steers_a_terminal_is_written_out() -> None:
    (_, line) = lines(Change("a\x07", "x\u200by", "\x1b[31mred"))
    assert line == "  a\\x07: x\\u200by -> \\x1b[31mred"


def test_another_order_is_told() -> None:
    assert list(diff_lines(PolicyDiff((), (), (), ("questions",)))) == [
        "The order of the questions changed."
    ]


def test_a_summary_has_a_line_for_each_thing_that_changed() -> None:
    long = "x" * 30
    found = PolicyDiff(
        (Change("groups.default", "Support", "Others"), Change("regions", ("GB",), ())),
        (
            a_question(Kind.CHANGED, Change("stage", "off", "auto"), Change("body", long, "y")),
            a_question(Kind.ADDED, title=""),
        ),
        (),
        ("questions",),
    )
    assert list(summary_lines(found)) == [
        "Settings: groups.default Support → Others, regions",
        "Gift cards: stage off → auto, body",
        "gift_cards: added",
        "The order of the questions",
    ]


def test_a_summary_of_many_keys_counts_the_rest() -> None:
    many = tuple(Change(f"k{number}", ("a",), ("b",)) for number in range(6))
    (line,) = summary_lines(PolicyDiff(many, (), (), ()))
    assert line == "Settings: k0, k1, k2, k3 and 2 more"
