"""What of a policy goes to customers without a person."""

from rules.model import Stage
from rules.policy import Policy


def goes_out(policy: Policy) -> bool:
    """Whether anything does."""
    return answers_alone(policy) > 0 or acknowledges(policy)


def going_out(policy: Policy) -> str:
    """In a sentence."""
    number, every = answers_alone(policy), len(policy.faqs)
    if number == 0:
        if acknowledges(policy):
            return "No answer is at the stage auto; acknowledgements are, and go out by themselves."
        return "No answer is at the stage auto: nothing goes out by itself."
    also = "; so do acknowledgements" if acknowledges(policy) else ""
    verbs = ("is", "goes out by itself") if number == 1 else ("are", "go out by themselves")
    return f"{number} of {every} answers {verbs[0]} at the stage auto and {verbs[1]}{also}."


def answers_alone(policy: Policy) -> int:
    """How many answers do."""
    return sum(faq.stage is Stage.AUTO for faq in policy.faqs)


def acknowledges(policy: Policy) -> bool:
    """Whether acknowledgements do."""
    own = policy.settings.acknowledgement
    return own.stage is Stage.AUTO and bool(own.answers or own.statutory)
