"""The wish to reach a person, in any of the supported languages. It blocks every answer."""

from functools import cache

from rules.model import Signal, Span
from rules.phrases import PhraseTable, Words
from rules.utterance import Utterance
from rules.view import View, normalised

RULE = "human_request"
_SCORE = 0.9

_PERSON_EN = (
    "(human|humans|human being|person|real person|live person|actual person|real human|"
    "actual human|live agent|real agent|human agent|agent|representative|someone real|"
    "member of staff|staff member|advisor|adviser|operator|customer service rep|"
    "somebody real|live chat agent|manager|supervisor)"
)
_PHRASES = (
    # English
    f"(speak|talk|chat) (to|with) (a|an|an actual|your|the|some|one of your|) {_PERSON_EN}",
    f"(speak|talk|chat) (to|with) (someone|somebody|anyone|anybody)",
    f"(connect|transfer|put|pass|escalate|forward) me _ (to|through to|with) (a|an|the|your|) {_PERSON_EN}",
    f"(connect|put|transfer) me (to|through to|with) (someone|somebody)",
    f"(want|need|like|get me|give me|get) (a|an|to speak to a|to talk to a|) {_PERSON_EN} (please|now|to|)",
    "(want|need|prefer|like) (a|an) (real|human|proper|personal) (answer|reply|response)",
    "(can|could|may) (i|we) _ (a human|a person|an agent|a real person|someone real)",
    "(is there|are there) (a|any|an) (human|humans|real person|person|agent) (there|here|i can|who can|available)",
    "(no|not a|stop sending|stop the|not another|hate|without a|without the|not with a|not the) (bot|bots|robot|robots|chatbot|automated replies|automatic replies|auto replies|auto reply|automated reply|ai|machine)",
    "(this|you) (is|are) (a bot|a robot|just a bot|not a human|clearly a bot)",
    "(am i|are you) _ (a bot|a robot|bot|robot|human|a human|a real person|a person)",
    "(call|phone|ring) me (back|please|asap|today|tomorrow|on|)",
    "(give|someone) me a call",
    "(someone|somebody) (call|phone|ring|to call|to phone|to ring) me",
    "human (agent|help|support|assistance|being|please|only|now)",
    "(real|live|actual) (person|human|agent|people) please",
    "(agent|representative|operator) please",
    "speak to (customer service|customer services|customer support)",
    "(have|let|get|ask) (a|an) (human|person|real person|agent|real human) _ (look|reply|answer|contact|call|check|review|get|read|help|respond)",
    "(from|by) (a real|an actual|a) (person|human|human being)",
    # German
    "mit (einem|einer|einen) (menschen|mitarbeiter|mitarbeiterin|echten menschen|echten person|person|berater|beraterin|menschlichen _) (sprechen|reden|telefonieren|verbunden)",
    "mit (jemandem|jemanden|jemand) (sprechen|reden|telefonieren|aus _ sprechen)",
    "(mit einem|einen) (menschen|mitarbeiter|echten menschen|ansprechpartner|sachbearbeiter)",
    "(mit einer|eine) (echten|richtigen) person",
    "(rufen|ruft) (sie|) mich _ (an|zurück)",
    "(bitte um|erbitte|wünsche) (einen|) (rückruf|anruf)",
    "(kein|keinen|keine) (bot|roboter|chatbot|automatische antwort|automatischen antworten|maschine)",
    "(persönlichen|menschlichen) (ansprechpartner|kontakt|mitarbeiter)",
    # Spanish
    "(hablar|chatear|comunicarme|contactar) con (una persona|un agente|una persona real|un humano|alguien|un representante|un asesor|un operador|una persona de verdad)",
    "(quiero|necesito|prefiero) (una persona|un humano|un agente|una persona real|un operador)",
    "(páseme|pásame|pasarme|comuníqueme|transfiérame) con _ (agente|persona|humano|asesor|alguien)",
    "(llámenme|llámeme|llamadme|me llamen|que me llame)",
    "(no quiero|nada de) (un bot|un robot|robots|bots|una máquina|respuestas automáticas)",
    "atención humana",
    # French
    "(parler|discuter|échanger) (à|avec) (un humain|une personne|un conseiller|un agent|quelqu'un|une vraie personne|un être humain|une conseillère|un vrai conseiller|un interlocuteur)",
    "(je veux|je voudrais|je souhaite|il me faut) (un humain|un conseiller|une vraie personne|un interlocuteur|un vrai conseiller)",
    "(passez|transférez|mettez) moi _ (à|un|une|avec) (conseiller|humain|personne|agent|quelqu'un|un conseiller|un humain|une personne)",
    "(rappelez|appelez) moi",
    "(être|me faire) (rappelé|rappelée|rappeler)",
    "(pas|non|marre) (un|à un|aux|d'un|des|de) (robot|robots|bot|bots|machine|machines)",
    # Italian
    "(parlare|comunicare) con (una persona|un operatore|un umano|qualcuno|una persona reale|un addetto|un essere umano|un consulente|un'operatrice)",
    "(voglio|vorrei|mi serve) (un operatore|una persona|un umano|una persona reale|un essere umano)",
    "(chiamatemi|richiamatemi|mi chiami|mi richiami)",
    "(non voglio|niente|basta) (un bot|bot|un robot|robot|risposte automatiche|risposta automatica)",
    # Dutch
    "(met|aan) (een mens|een medewerker|iemand|een echt persoon|een echte persoon|een persoon|een echt mens|een medewerkster) (spreken|praten|bellen|te spreken|te praten)",
    "(spreken|praten) met (een mens|een medewerker|iemand|een echt persoon|een echte persoon|een echt mens)",
    "(ik wil|graag|ik wens) (een mens|een medewerker|een echt persoon|een echte persoon|menselijk contact)",
    "(bel|belt u|bellen jullie) (me|mij) (terug|alstublieft|even|)",
    "(geen|niet met een) (bot|robot|chatbot|automatisch antwoord|automatische antwoorden)",
    # Portuguese
    "(falar|conversar) com (uma pessoa|um atendente|um humano|alguém|uma pessoa real|um assistente humano|um agente|um operador|um ser humano|uma atendente)",
    "(quero|preciso de|prefiro) (um atendente|um humano|uma pessoa|uma pessoa real|um operador|um agente)",
    "(liguem me|ligue me|me liguem|me ligue|liguem para mim)",
    "(não quero|nada de) (um robô|robô|bot|um bot|respostas automáticas|resposta automática)",
    "(atendimento|atendente) humano",
)


@cache
def _table() -> PhraseTable[str]:
    return PhraseTable((phrase, RULE) for phrase in _PHRASES)


def detect(utterance: Utterance, subject: str = "") -> tuple[Signal, ...]:
    """Whether the customer asks for a person, in what is written now, quoted, or the subject."""
    found: list[Span] = []
    seen = False
    written = utterance.written_words
    for words in (written, *_others(utterance, subject)):
        for hit in _table().find(words):
            seen = True
            span = words.span(hit.start, hit.end)
            if words is written and span not in found:
                found.append(span)
    if not seen:
        return ()
    detail = "The customer asks for a person."
    return (Signal("human_request", RULE, _SCORE, True, detail, tuple(sorted(found))),)  # noqa: FBT003 - a field


def _others(utterance: Utterance, subject: str) -> tuple[Words, ...]:
    texts = (subject, utterance.other.text)
    return tuple(Words.of(normalised(View.of(text))) for text in texts if text)
