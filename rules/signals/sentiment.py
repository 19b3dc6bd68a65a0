"""How a message sounds: angry, distressed, about to leave; by words, signs, and the models.

A signal of urgency, never of a regime: complaints are found however calmly they are written.
"""

from collections.abc import Mapping

from rules.model import Signal
from rules.policy_schema import Tone
from rules.utterance import Utterance
from rules.wordlists import word_set

RULE = "tone"
_STEP = 4.0  # the sum of weights at which the tone is half of the extreme
_SHOUTED_LETTERS = 12
_SHOUTED_SHARE = 0.7
_NEGATORS = word_set(
    "not no never nicht kein keine nie no nunca pas jamais non mai niet geen nao dont isnt wasnt"
)
_REACH = 2  # words that a negation reaches
_SURE = 0.5  # of a mood, 0 to 1

_LEXICON: dict[float, str] = {
    -4.0: "disgusting disgusted disgraceful outrageous furious appalling scandalous fuck fucking "
    "shit bullshit bastards idiots incompetent unverschamt unverschaemt frechheit unverschamtheit "
    "scheisse saftladen verguenza verguenza indignante estafadores honteux scandaleux inadmissible "
    "merde arnaqueurs vergogna vergognoso schifo schande schandalig belachelijk vergonha "
    "vergonhoso absurdo",
    -2.5: "terrible awful horrible useless pathetic unacceptable ridiculous angry worst hate joke "
    "fed livid rubbish crap garbage fuming shambles "
    "furchtbar schrecklich unfassbar inakzeptabel katastrophe lacherlich laecherlich wutend "
    "wuetend frech pesimo horrible inaceptable ridiculo enfadado indignado harto nul lamentable "
    "inacceptable furieux ridicule pessimo inaccettabile ridicolo arrabbiato verschrikkelijk "
    "onacceptabel waardeloos boos pessimo horrivel inaceitavel ridiculo irritado",
    -1.2: "disappointed disappointing frustrated frustrating annoyed annoying unhappy upset poor "
    "bad worse waste wasted sick tired slow nobody ignored ignoring unprofessional "
    "enttauscht enttaeuscht argerlich aergerlich schlecht frustriert genervt decepcionado molesto "
    "malo frustrado decu decue enerve mauvais frustrant deluso delusa cattivo frustrante "
    "teleurgesteld slecht gefrustreerd geergerd desapontado mau ruim frustrado",
    1.5: "great excellent love lovely perfect amazing awesome brilliant fantastic happy wonderful "
    "pleased super toll prima perfekt ausgezeichnet klasse excelente perfecto genial encantado "
    "parfait genial ravi excellente perfetto ottimo felice geweldig perfect blij otimo perfeito "
    "maravilhoso",
    0.6: "thanks thank good nice helpful appreciate danke gut gracias bueno merci bien grazie "
    "buono bedankt goed obrigado obrigada bom",
}
_WEIGHTS = {word: weight for weight, words in _LEXICON.items() for word in words.split()}


def score(utterance: Utterance, tones: Mapping[str, float]) -> float:
    """The tone, -1 angry to 1 pleased, 0 neutral; anger that the models are sure of counts."""
    by_words = _by_words(utterance)
    anger = tones.get("anger", 0.0)
    return round(min(by_words, -anger), 4) if anger >= _SURE else by_words


def _by_words(utterance: Utterance) -> float:
    words = utterance.said_words.words
    total = 0.0
    for index, word in enumerate(words):
        weight = _WEIGHTS.get(word, 0.0)
        if weight > 0 and any(
            before in _NEGATORS for before in words[max(0, index - _REACH) : index]
        ):
            weight = -weight
        total += weight
    total -= _shouting(utterance.said.text)
    return round(total / (abs(total) + _STEP), 4)


def _shouting(text: str) -> float:
    """What capitals throughout and rows of exclamation marks weigh."""
    letters = [char for char in text if char.isalpha()]
    capitals = sum(1 for char in letters if char.isupper())
    loud = len(letters) >= _SHOUTED_LETTERS and capitals >= _SHOUTED_SHARE * len(letters)
    return (2.0 if loud else 0.0) + min(text.count("!!") + text.count("??"), 4) * 0.8


def detect(
    tone: float, tones: Mapping[str, float], limits: Tone, *, vip: bool
) -> tuple[Signal, ...]:
    """The moods of a message, each with its score; beyond the policy's limit it blocks."""
    found: list[Signal] = []
    if tone < 0:
        limit = max(limits.escalate_below, limits.vip_escalate_below if vip else -1.0)
        anger = tones.get("anger", 0.0)
        blocks = tone <= limit or anger >= limits.anger_above
        detail = f"The tone is {tone:+.2f} on a scale from -1 to 1."
        found.append(Signal("sentiment", RULE, min(1.0, -tone), blocks, detail))
    for mood, limit, detail in (
        ("distress", limits.distress_above, "The customer sounds distressed"),
        ("churn", limits.churn_above, "The customer is about to leave"),
    ):
        strength = tones.get(mood, 0.0)
        if strength >= _SURE:
            text = f"{detail} ({strength:.2f} on a scale from 0 to 1)."
            found.append(Signal(mood, mood, strength, strength >= limit, text))
    return tuple(found)
