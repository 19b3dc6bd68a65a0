"""How angry or pleased a message sounds: a small lexicon, capitals and exclamation marks.

A weak signal by design. Complaints are found by rules, however calmly they are written.
"""

from rules.model import Signal
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


def score(utterance: Utterance) -> float:
    """The tone, -1 angry to 1 pleased, 0 neutral."""
    words = utterance.said_words.words
    total = 0.0
    for index, word in enumerate(words):
        weight = _WEIGHTS.get(word, 0.0)
        if weight > 0 and any(
            before in _NEGATORS for before in words[max(0, index - _REACH) : index]
        ):
            weight = -weight
        total += weight
    text = utterance.said.text
    letters = [char for char in text if char.isalpha()]
    capitals = sum(1 for char in letters if char.isupper())
    if len(letters) >= _SHOUTED_LETTERS and capitals >= _SHOUTED_SHARE * len(letters):
        total -= 2.0
    marks = text.count("!!") + text.count("??")
    total -= min(marks, 4) * 0.8
    return round(total / (abs(total) + _STEP), 4)


def detect(utterance: Utterance, *, escalate_below: float) -> tuple[Signal, ...]:
    """A signal if the tone is negative; it blocks at or below `escalate_below`."""
    tone = score(utterance)
    if tone >= 0:
        return ()
    blocks = tone <= escalate_below
    detail = f"The tone is {tone:+.2f} on a scale from -1 to 1."
    return (Signal("sentiment", RULE, min(1.0, -tone), blocks, detail),)
