"""Whether and how a person's wish is done. Pure.

What a person decides has the same weight as a decision of the rules: it is noted on the ticket
before anything else is done, recorded in the ledger, and settled by the same code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors.ports import Agent, Snapshot
from integration.store import approvals
from integration.wishes import NOTHING, ActKind, Declined, Plan, Situation, Wish
from rules.by_hand import PackLabel, label_by_hand, words_by_hand
from rules.merges import is_merged
from rules.model import Author, Status
from rules.policy_errors import did_you_mean
from rules.reason_codes import REASON_CODES


@dataclass(frozen=True, slots=True)
class _Case:
    wish: Wish
    agent: Agent
    now_is: Situation
    ticket: str = field(default="")


def plan_of(wish: Wish, agent: Agent, situation: Situation) -> Plan:
    """How a wish is done in a situation. Raises Declined."""
    case = _Case(wish, agent, situation, f"Ticket {wish.ticket_id}")
    if situation.snapshot.ticket.status is Status.CLOSED:
        raise Declined(f"{case.ticket} is closed: nothing can be written to it any more.")
    return _PLANS[wish.kind](case)


def _send(case: _Case) -> Plan:
    _waiting_draft(case)
    reply = case.now_is.decided.get("reply")
    if not isinstance(reply, str):
        raise Declined("The draft is kept no longer. Answer the ticket in the helpdesk.")
    faq = case.now_is.decided.get("faq")
    return Plan(
        said=f"Sent “{faq}” to ticket {case.wish.ticket_id}.",
        noted=f"approved the draft “{faq}”, which goes out as it is.",
        reply=reply,
        draft=approvals.GIVEN,
        faq=faq,
    )


def _edit(case: _Case) -> Plan:
    _waiting_draft(case)
    if not case.wish.written.strip():
        raise Declined("There is nothing to send: the reply is empty.")
    return Plan(
        said=f"Sent your reply to ticket {case.wish.ticket_id}.",
        noted="answers in words of their own, in place of the draft.",
        reply=case.wish.written,
        as_agent=True,
        draft=approvals.GIVEN,
    )


def _another(case: _Case) -> Plan:
    _waiting_draft(case)
    return _answered(case)


def _reply(case: _Case) -> Plan:
    _still_open(case)
    return _answered(case)


def _answered(case: _Case) -> Plan:
    policy, ticket = case.now_is.policy, case.now_is.snapshot.ticket
    faq = policy.faq(case.wish.faq or "")
    if faq is None:
        raise Declined(_no_such("answer", case.wish.faq or "", [each.id for each in policy.faqs]))
    words = words_by_hand(faq, ticket, policy, case.now_is.now)
    if words.text is None:
        raise Declined(f"“{faq.id}” can't go out: {REASON_CODES[words.code]}")
    return Plan(
        said=f"Sent “{faq.id}” to ticket {case.wish.ticket_id}.",
        noted=f"sends the approved answer “{faq.id}”.",
        reply=words.text,
        draft=approvals.GIVEN,
        faq=faq.id,
    )


def _refuse(case: _Case) -> Plan:
    _waiting_draft(case)
    return Plan(
        said=f"Nothing is sent. Ticket {case.wish.ticket_id} stays with people.",
        noted=f"says that no approved answer fits.{_because(case)}",
        draft=approvals.REFUSED,
        faq=NOTHING,
    )


def _escalate(case: _Case) -> Plan:
    _waiting_draft(case)
    group = case.now_is.policy.group("default")
    return Plan(
        said=f"Nothing is sent. Ticket {case.wish.ticket_id} is handed to {group or 'people'}.",
        noted=f"hands the ticket to people.{_because(case)}",
        group=group,
        priority="high",
        tags=("deskclerk_escalate",),
        draft=approvals.REFUSED,
        faq=NOTHING,
    )


def _correct(case: _Case) -> Plan:
    policy, named = case.now_is.policy, case.wish.faq or ""
    if case.now_is.decision is None:
        raise Declined(f"{case.ticket} was never decided here, so there is nothing to correct.")
    pack = next((pack for pack in policy.packs if pack.id == named), None)
    # An answer and a pack may be called the same: then it is held, which is the safe side.
    if named == NOTHING or (pack is None and policy.faq(named) is not None):
        what = "no approved answer fits" if named == NOTHING else f"“{named}” was asked"
        draft = case.now_is.decided.get("faq") != named
        return Plan(
            said=f"Recorded for ticket {case.wish.ticket_id}: {what}.",
            noted=f"corrects the decision: {what}.{_because(case)}",
            draft=approvals.REFUSED if draft else None,
            faq=named,
        )
    if pack is None:
        known = [NOTHING, *(faq.id for faq in policy.faqs), *(pack.id for pack in policy.packs)]
        raise Declined(_no_such("answer or pack", named, known))
    now_is = case.now_is
    label = label_by_hand(pack, now_is.snapshot.ticket, policy, now_is.now, now_is.written_at)
    return _labelled(case, label)


def _labelled(case: _Case, label: PackLabel) -> Plan:
    """A right, danger or law that the rules didn't see: held from now on, and its clocks run."""
    return Plan(
        said=f"Ticket {case.wish.ticket_id} is held for people: {label.title}.",
        noted=f"corrects the decision: {label.title}.{_because(case, hidden=label.neutral)}",
        group=label.group,
        priority=label.priority,
        tags=label.tags,
        guards=True,
        draft=approvals.REFUSED,
        faq=label.pack,
        deadlines=label.deadlines,
        restricts=label.neutral,
    )


def _clear(case: _Case) -> Plan:
    if not case.now_is.guarded:
        raise Declined(f"Nothing holds ticket {case.wish.ticket_id} back: there is no guard.")
    if not case.wish.written.strip():
        raise Declined("A guard is lifted only with a reason.")
    if case.now_is.guarded_since:
        raise Declined(
            f"Nothing is lifted: something else holds ticket {case.wish.ticket_id} since this was "
            "shown. Read the ticket again before you lift its guard."
        )
    if case.now_is.restricted and not case.agent.is_lead:
        raise Declined("Only a lead can lift this guard.")
    return Plan(
        said=f"The guard on ticket {case.wish.ticket_id} is lifted. What comes next is judged.",
        noted=f"lifts the guard.{_because(case)}",
        stops_clocks=True,
    )


def _take(case: _Case) -> Plan:
    assignee = case.now_is.snapshot.assignee_id
    if assignee == case.agent.id:
        raise Declined(f"{case.ticket} is yours already.")
    if assignee is not None:
        raise Declined(f"{case.ticket} has an assignee. If you mean to, take it in the helpdesk.")
    _unfinished(case)
    return Plan(said=f"{case.ticket} is yours.", noted="takes the ticket.", takes=True)


def _waiting_draft(case: _Case) -> None:
    """Raises Declined unless the draft still waits and the ticket is as it was."""
    draft = case.now_is.approval
    if draft is None:
        raise Declined(f"There is no draft for ticket {case.wish.ticket_id}.")
    by = case.now_is.settled_by
    if by is not None:
        raise Declined(f"{by.agent_name} was faster: {_DONE[ActKind(by.kind)]}.")
    if draft.state == approvals.EXPIRED or draft.expires_at <= case.now_is.now.timestamp():
        raise Declined("The draft has expired. Answer the ticket in the helpdesk.")
    if draft.state != approvals.OPEN or not case.now_is.newest:
        raise Declined("The draft was withdrawn: the ticket went on meanwhile.")
    _still_open(case)


def _still_open(case: _Case) -> None:
    """Raises Declined unless an answer may go out: nobody acted, and nothing holds the ticket."""
    _unfinished(case)
    snapshot, decision = case.now_is.snapshot, case.now_is.decision
    if snapshot.assignee_id not in {None, case.agent.id}:
        taken = decision is None or snapshot.assignee_id != decision.assignee_id
        if taken:
            raise Declined(f"Somebody has taken ticket {case.wish.ticket_id}.")
    if decision is None and _is_answered(snapshot):
        raise Declined(
            f"{case.ticket} is answered already. Read it in the helpdesk; if it needs more, "
            "answer there."
        )
    if _has_news(case.now_is):
        raise Declined(
            f"Somebody wrote on ticket {case.wish.ticket_id} meanwhile. Read it in the helpdesk "
            "before you answer."
        )
    if case.now_is.guarded:
        raise Declined(
            f"{case.ticket} is held for people. Lift the guard first, with a reason, or answer in "
            "the helpdesk."
        )


def _unfinished(case: _Case) -> None:
    ticket = case.now_is.snapshot.ticket
    if ticket.status is Status.SOLVED or is_merged(ticket):
        raise Declined(f"{case.ticket} is solved already.")


def _is_answered(snapshot: Snapshot) -> bool:
    """Whether an agent, or this service, answered the customer's last words."""
    replied = False
    for comment in snapshot.ticket.comments[1:]:  # the first one is what the ticket is about
        if comment.public:
            replied = comment.author in {Author.AGENT, Author.BOT}
    return replied


def _has_news(now_is: Situation) -> bool:
    """Whether somebody else wrote since the ticket was judged; if it never was, since it was seen.

    When a comment was written may be unknown: then it was seen, unless a decision says otherwise.
    """
    snapshot, decision = now_is.snapshot, now_is.decision
    for comment_id, comment in zip(snapshot.comment_ids, snapshot.ticket.comments, strict=False):
        if comment.author is Author.BOT and not comment.public:
            continue
        if decision is not None:
            is_new = comment_id not in decision.seen_comments
        else:
            at = comment.created_at
            is_new = at is not None and at.timestamp() > now_is.seen_at
        if is_new:
            return True
    return False


def _because(case: _Case, *, hidden: bool = False) -> str:
    """The person's reason, for the note; of a restricted ticket it is kept here alone."""
    written = case.wish.written.strip()
    if written and (hidden or case.now_is.restricted):
        return " Their reason is kept in Deskclerk."
    return f" Reason: {written}" if written else ""


def _no_such(what: str, named: str, known: list[str]) -> str:
    hint = did_you_mean(named, known) if len(named) > 1 else ""
    shown = hint if hint.startswith("did you mean") else "search finds the answers there are."
    return f"There is no {what} “{named[:64]}”: {shown}"


_DONE = {
    ActKind.SEND: "the draft was sent",
    ActKind.EDIT: "the ticket was answered",
    ActKind.ANOTHER: "another answer was sent",
    ActKind.REPLY: "an answer was sent",
    ActKind.REFUSE: "the draft was refused",
    ActKind.ESCALATE: "the ticket was handed to people",
    ActKind.CORRECT: "the decision was corrected",
}
_PLANS: Mapping[ActKind, Callable[[_Case], Plan]] = {
    ActKind.SEND: _send,
    ActKind.EDIT: _edit,
    ActKind.ANOTHER: _another,
    ActKind.REPLY: _reply,
    ActKind.REFUSE: _refuse,
    ActKind.ESCALATE: _escalate,
    ActKind.CORRECT: _correct,
    ActKind.CLEAR: _clear,
    ActKind.TAKE: _take,
}
