"""`train` and `evaluate`: a recogniser in a file, and how well it judges labelled tickets."""

import json
from pathlib import Path

import pytest

from integration import cli

NOW = "2026-11-23T09:00:00Z"
FAQS = """
faqs:
  - id: reset_password
    examples: [how do i reset my password, forgot my password]
    answers: [{language: en, body: "Tap Forgot password."}]
  - id: opening
    examples: [opening times please, when are you open]
    answers: [{language: en, body: "From nine to five."}]
  - id: parking
    examples: [where can i park, is there a car park]
    answers: [{language: en, body: "Behind the house.", review_by: 2026-01-31}]
"""
CLOSED = "answer_outside_hours: false\nbusiness_hours: {timezone: Pacific/Auckland}\n"
LABELLED = [
    ("how do i reset my password", {"kind": "faq", "faq": "reset_password"}),
    ("forgot my password", {"kind": "faq", "faq": "opening"}),
    ("where can i park", {"kind": "faq", "faq": "parking"}),
    ("opening times please", {"kind": "faq", "faq": "other", "also": ["opening"]}),
    ("do you sell postcards", {"kind": "none"}),
    ("I make a formal complaint", {"kind": "guard"}),
    ("is the blue one nice", {"kind": "guard"}),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policy"
    made.mkdir()
    (made / "policy.yaml").write_text("stage: shadow\n")
    (made / "faqs.yaml").write_text(FAQS)
    return made


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.jsonl"
    rows = [{"body": body, "expect": expect} for body, expect in LABELLED]
    rows.append(
        {"body": "thanks", "comments": [{"author": "agent", "body": "done"}],
         "channel": "email", "expect": {"kind": "ignore"}}
    )  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def evaluate(folder: Path, labelled: Path, *more: str) -> int:
    return cli.run(
        ["evaluate", "--policy", str(folder), "--in", str(labelled), "--now", NOW, *more]
    )


def test_right_and_wrong_answers_are_counted_as_if_all_were_automatic(
    folder: Path, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder, labelled, "--json", "--without-reader") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["by_kind"] == {"faq": 4, "none": 1, "guard": 2, "ignore": 1}
    assert (figures["answered"], figures["right"]) == (3, 2)
    assert figures["precision"] == 0.6667
    assert 0 < figures["precision_at_least"] < figures["precision"]
    assert figures["coverage"] == 0.5
    assert figures["escalation_recall"] == 0.5
    assert figures["faqs"]["reset_password"] == {"asked": 1, "answered": 2, "right": 1}


def test_a_question_back_in_place_of_an_answer_counts_as_given(
    folder: Path, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "faqs.yaml").write_text(
        FAQS.replace("  - id: parking", "    needs: [date]\n  - id: parking").replace(
            "  - id: opening", "    needs: [date]\n    ask: [{body: Which day?}]\n  - id: opening"
        )
    )
    evaluate(folder, labelled, "--json", "--without-reader")
    figures = json.loads(capsys.readouterr().out)
    assert figures["faqs"]["reset_password"]["answered"] == 2
    assert "opening" in figures["faqs"]
    assert figures["faqs"]["opening"]["answered"] == 0


def test_one_reply_to_several_questions_is_right_if_all_of_them_are(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "policy.yaml").write_text("combination: {en: '{{ answers }}'}\n")
    combined = FAQS.replace('."}', '.", combined: Yes.}')
    (folder / "faqs.yaml").write_text(
        combined.replace("  - id: opening", "  - id: opening\n    combines_with: [reset_password]")
    )
    path = tmp_path / "two.jsonl"
    body = "How do I reset my password? Opening times please?"
    expectations = [{"also": ["opening"]}, {"also": ["parking"]}]
    rows = [
        {"body": body, "expect": {"kind": "faq", "faq": "reset_password", **more}}
        for more in expectations
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    evaluate(folder, path, "--json", "--without-reader")
    figures = json.loads(capsys.readouterr().out)
    assert (figures["answered"], figures["right"], figures["coverage"]) == (2, 1, 0.5)


def test_an_answer_past_its_review_date_counts_as_not_given(
    folder: Path, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(folder, labelled, "--json", "--without-reader")
    figures = json.loads(capsys.readouterr().out)
    assert figures["faqs"]["parking"] == {"asked": 1, "answered": 0, "right": 0}


def test_an_acceptable_answer_to_what_is_for_people_is_right_but_covers_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"body": "forgot my password", "expect": {"kind": "none", "also": ["reset_password"]}}
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(line))
    evaluate(folder, path, "--json", "--without-reader")
    figures = json.loads(capsys.readouterr().out)
    assert (figures["precision"], figures["coverage"]) == (1.0, None)


@pytest.mark.parametrize("more", [{}, {"message_created_at": "2026-05-01T10:00:00Z"}])
def test_the_age_of_a_message_and_the_hour_count_for_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: dict[str, str]
) -> None:
    (folder / "policy.yaml").write_text(CLOSED)
    path = tmp_path / "old.jsonl"
    rows = [
        {"body": "forgot my password", "expect": {"kind": "faq", "faq": "reset_password"}},
        {"body": "is the blue one nice", "expect": {"kind": "guard"}},
        {"body": "opening times please", "expect": {"kind": "guard"}, "has_ccs": True},
    ]
    path.write_text("\n".join(json.dumps(row | more) for row in rows))
    evaluate(folder, path, "--json", "--without-reader")
    figures = json.loads(capsys.readouterr().out)
    assert (figures["answered"], figures["right"], figures["coverage"]) == (1, 1, 1.0)
    assert figures["blocked_recall"] == 0.5


def test_people_get_a_table(
    folder: Path, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder, labelled, "--without-reader") == 0
    out = capsys.readouterr().out
    assert "precision   66.7%  2 of 3 answers right" in out
    assert "opening" in out
    assert "ignored" in out


def test_where_nothing_was_answered_no_precision_is_claimed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    assert evaluate(folder, empty, "--json", "--without-reader") == 0
    assert json.loads(capsys.readouterr().out)["precision"] is None
    assert evaluate(folder, empty, "--without-reader") == 0
    assert "precision       -" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "says"),
    [("{", "line 1 is not JSON"), ('{"body": "x", "expect": {"kind": "odd"}}', "kind")],
)
def test_a_bad_line_is_one_clear_error(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(line)
    assert evaluate(folder, bad, "--without-reader") == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("more", [(), ("--without-reader",)])
def test_a_recogniser_in_a_file_judges_like_a_fresh_one(
    folder: Path, labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
) -> None:  # fmt: skip
    model = tmp_path / "model.json"
    assert cli.run(["train", "--policy", str(folder), "--out", str(model), *more]) == 0
    assert "3 with 6 examples" in capsys.readouterr().out
    evaluate(folder, labelled, "--json", "--model", str(model), *more)
    from_file = capsys.readouterr().out
    evaluate(folder, labelled, "--json", *more)
    assert capsys.readouterr().out == from_file


@pytest.mark.parametrize("more", [(), ("--without-reader",)])
def test_a_recogniser_of_another_policy_judges_nothing(
    folder: Path, labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
) -> None:  # fmt: skip
    model = tmp_path / "model.json"
    cli.run(["train", "--policy", str(folder), "--out", str(model), *more])
    (folder / "faqs.yaml").write_text(FAQS.replace("forgot my password", "lost my password"))
    capsys.readouterr()
    assert evaluate(folder, labelled, "--model", str(model), *more) == 2
    asked = ["--in", str(labelled), "--policy", str(folder), "--model", str(model), *more]
    assert cli.run(["decide", *asked]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == second
    assert "was trained on another policy" in first


def test_the_same_policy_gives_the_same_file(folder: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one", "other")]
    for file in files:
        cli.run(["train", "--policy", str(folder), "--out", str(file)])
    assert files[0].read_bytes() == files[1].read_bytes()
