"""The parts of a mail: greeting, what is said, closing, signature, disclaimer, quoted history."""

import re
from enum import Enum

_LONGEST_LINE = 400  # patterns look at the beginning of a line only


class Part(Enum):
    """What a line of a mail is."""

    SAID = "said"
    GREETING = "greeting"
    CLOSING = "closing"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"
    QUOTED = "quoted"


_I = re.IGNORECASE
_GREETING_WORDS = (
    r"hi|hiya|hello|hey|heya|dear|greetings|good (?:morning|afternoon|evening|day)|morning|"
    r"hallo|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|moin|servus|gr[uü][sß]+ gott|"
    r"hola|buenas(?: tardes| noches)?|buenos d[ií]as|estimad[oa]s?|"
    r"bonjour|bonsoir|salut|ch[eè]re?s?|madame|monsieur|"
    r"ciao|buongiorno|buonasera|salve|gentile|gentili|egregi|"
    r"goedemorgen|goedemiddag|goedenavond|goedendag|goeden?dag|hoi|beste|geachte|dag|"
    r"ol[aá]|oi|bom dia|boa tarde|boa noite|prezad[oa]s?|car[oa]s?"
)
_ADDRESSED = (
    r"there|all|team|everyone|everybody|folks|guys|support|sir|madam|or|and|to|whom|it|may|concern|"
    r"customer|service|care|desk|help|zusammen|damen|und|herren|herr|frau|leute|a todos|todos|"
    r"equipo|señores?|señora|à tous|tous|toute|l.équipe|équipe|messieurs|mesdames|madame|monsieur|"
    r"a tutti|tutti|team|allemaal|heer|mevrouw|pessoal|equipe|senhor(?:es|a)?|de|soporte|"
    r"kundenservice|kundendienst|serviceteam"
)
_GREETING_LINE = re.compile(
    rf"^(?:{_GREETING_WORDS})(?:[\s,/]+(?:{_ADDRESSED}))*\s*[,!.:;\u2013-]*$", _I
)
_GREETING_NAMED = re.compile(rf"^(?:{_GREETING_WORDS})(?:[ ,]+[^\s,!?.:]+){{1,5}}\s*[,!:]$", _I)
GREETING_START = re.compile(
    rf"^\s*(?:{_GREETING_WORDS})(?:(?:[ ,]+(?:{_ADDRESSED}))*\s*[,!.:;\u2013-]+\s*"
    rf"|(?: [^\s,!?.:]+){{1,3}}\s*[,!:]\s*|(?: (?:there|all|team|guys|support))+\s+|\s+(?=\S))",
    _I,
)
_CLOSING = re.compile(
    r"^(?:(?:kind|best|warm|many|with (?:kind|best))?\s*regards|best(?: wishes)?|cheers|"
    r"(?:yours )?(?:sincerely|faithfully|truly)|yours|many thanks|thanks(?: again| so much| a lot| "
    r"in advance| and regards| you)?|thank you(?: so much| very much| in advance)?|thx|ty|"
    r"(?:mit )?(?:freundlichen|besten|herzlichen|vielen|lieben|viele|beste|liebe|freundliche) "
    r"gr[uü](?:ß|ss)en?|mfg|lg|vg|gru(?:ß|ss)|vielen dank(?: im voraus)?|danke(?: im voraus|"
    r" schön)?|"
    r"(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|"
    r"(?:muchas )?gracias(?: de antemano)?|"
    r"(?:bien )?cordialement|(?:bien )?à vous|salutations(?: distinguées)?|merci(?: d.avance| "
    r"beaucoup)?|"
    r"(?:cordiali |distinti )?saluti|cordialmente|grazie(?: mille| in anticipo)?|"
    r"(?:met )?vriendelijke groete?n?|mvg|groet(?:en|jes)?|(?:alvast )?bedankt|dank (?:u|"
    r"je)(?: wel)?|"
    r"(?:com os melhores |atenciosamente|melhores )?cumprimentos|atenciosamente|abraços?|"
    r"(?:muito )?obrigad[oa](?: desde já)?)"
    r"(?:\s*[,!.\u2013-]*\s*)$",
    _I,
)
_DASHES = re.compile(r"^(?:--|\u2013|\u2014)\s*$")
_SENT_FROM = re.compile(
    r"^(?:(?:sent|get) (?:from|via|with|outlook for)\b|sent using|von (?:meinem|unterwegs)|"
    r"gesendet (?:von|mit|über)\b|diese nachricht wurde von|envoyé (?:de|depuis|avec|à partir)\b|"
    r"enviado (?:desde|do|da|de|a partir|por|con|com)\b|inviato (?:da|dal|con)\b|"
    r"verzonden (?:vanaf|met|via)\b|verstuurd (?:vanaf|met)\b|obter o outlook|obtener outlook|"
    r"outlook für|télécharger outlook|download outlook)",
    _I,
)
_WROTE = re.compile(
    r"^(?:on|am|le|el|il|op|em|a|no)\b.{6,250}\b(?:wrote|schrieb|(?:a|à) écrit|escribió|"
    r"ha scritto|schreef(?: het volgende)?|escreveu)\b.{0,80}[:\uff1a]\s*$",
    _I,
)
_WROTE_HEAD = re.compile(r"^(?:on|am|le|el|il|op|em)\b.{6,250}\d", _I)
_RULE = re.compile(
    r"^[-_=*\s]{2,}\s*(?:original message|forwarded message|begin forwarded message|reply above|"
    r"ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|message d.origine|"
    r"message original|message transféré|mensaje original|mensaje reenviado|messaggio originale|"
    r"messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht|mensagem original|"
    r"mensagem encaminhada)\b",
    _I,
)
_REPLY_LINE = re.compile(r"^(?:##-|#+ ?)?.{0,20}(?:type your reply|reply) above this line", _I)
_FROM = re.compile(r"^\*?(?:from|von|de|da|van)\s?:\*?\s+\S", _I)
_SENT = re.compile(
    r"^\*?(?:sent|gesendet|envoyé|enviado(?: el| em)?|inviato|verzonden|date|datum|data|fecha|"
    r"to|an|"
    r"à|para|a|aan|subject|betreff|objet|asunto|oggetto|onderwerp|assunto)\s?:",
    _I,
)
_DISCLAIMER = re.compile(
    r"confidential|intended (?:only |solely )?(?:for|recipient)|addressee|privileged|in error|"
    r"notify the sender|registered (?:office|in england)|company (?:no|number|registration)|virus|"
    r"do not print|before printing|disclaimer|authorised and regulated|unauthori[sz]ed (?:use|"
    r"copy)|"
    r"vertraulich|empfänger|irrtümlich|versehentlich|handelsregister|geschäftsführer|unbefugt|"
    r"confidencial|destinatario|destinatário|por error|por erro|protección de datos|"
    r"confidentiel|destinataire|par erreur|riservat|destinatari|per errore|"
    r"vertrouwelijk|geadresseerde|kvk|kamer van koophandel|bestemd voor",
    _I,
)
# What only a disclaimer says: a story of something sent in error names no message and no register.
_OF_A_DISCLAIMER = re.compile(
    r"(?:this|the) (?:e-?mail|message|communication|transmission)|intended (?:only |solely )?for|"
    r"intended recipient|notify the sender|received (?:this|it) in error|contact the sender|"
    r"registered (?:office|in england|number)|company (?:no|number|registration)|virus|"
    r"do not print|before printing|disclaimer|authorised and regulated|"
    r"diese[r]? (?:e-?mail|mail|nachricht)|handelsregister|geschäftsführer|amtsgericht|"
    r"(?:este|el presente) (?:mensaje|correo|e-?mail)|protección de datos|registro mercantil|"
    r"(?:ce|cet|le présent) (?:message|courriel|e-?mail|mail)|"
    r"(?:questo|il presente) (?:messaggio|e-?mail)|"
    r"(?:questa|la presente) (?:e-?mail|comunicazione)|"
    r"(?:dit|deze) (?:e-?mail|bericht|e-?mailbericht|mail)|kvk|kamer van koophandel|"
    r"(?:esta|a presente) (?:mensagem|comunicação)|este e-?mail",
    _I,
)
# Who tells of themselves: nobody does in a disclaimer, or in a signature of some length. What is a
# name, a domain or another language's word is none: www.firm.eu, i. A., Mon - Fri, MI 48104.
FIRST_PERSON = re.compile(
    r"(?<![\w.@/-])(?:(?:I|[Ii]['\u2019](?:m|ve|d|ll)|[Mm]y(?! own)|[Mm]ine|[Mm]yself|"
    r"i (?:was|am|have|had|want|need|lost|can|cant|did|do|got|think|will)|[Ii]ch|[Mm]ein\w{0,2}|"
    r"[Jj]e (?:suis|ai|ne|veux|demande|voudrais)|moi|[Yy]o|mis?|conmigo|[Ii]o|mi[oa]|miei|mie|"
    r"[Ii]k|mijn|mij|[Ee]u|meus?|minhas?)(?![\w@/]|\.\w|-\w|\. ?A\.)|[Jj]['\u2019](?=\w))"
)
# What people write of themselves below a mail, and what tells nothing.
_COURTESY = re.compile(
    r"look(?:ing)? forward|hear(?:ing)? from you|(?:connect|link up|chat) with me|follow me|"
    r"\bbook\b.{0,40}\bwith me|my (?:pronouns|working|availability|"
    r"calendar)|excuse (?:my|any)|apologies for|typing this|typos|\bi work\b|freue mich|"
    r"(?:reach|call|contact|find) me\b",
    _I,
)
_MIN_DISCLAIMER = 90
_FOLLOWING = 4
_SIGNATURE_WORDS = 12
_SENTENCE_WORDS = 5
_POSTSCRIPT = re.compile(r"^(?:p\.?\s?s\b|n\.?b\b|also\b|one more)", _I)


def classify(lines: list[str], quoted: list[bool]) -> list[Part]:
    """What each line is. `quoted` says which lines the mail program marked as quoted."""
    heads = [line.strip()[:_LONGEST_LINE] for line in lines]
    parts = [Part.SAID] * len(heads)
    _mark_quotes(heads, quoted, parts)
    _mark_disclaimers(heads, parts)
    _mark_signature(heads, parts)
    _mark_greeting(heads, parts)
    return parts


def _mark_quotes(heads: list[str], quoted: list[bool], parts: list[Part]) -> None:
    rest = False
    for index, head in enumerate(heads):
        if rest or quoted[index] or head.startswith(">") or _REPLY_LINE.match(head):
            parts[index] = Part.QUOTED
        elif _opens_quote(heads, index):
            parts[index] = Part.QUOTED
            following = [line for line in heads[index + 1 : index + 6] if line]
            marked = any(line.startswith(">") for line in following[:2])
            rest = not marked and not any(quoted[index + 1 : index + 6])


def _opens_quote(heads: list[str], index: int) -> bool:
    head = heads[index]
    if not head:
        return False
    if _WROTE.match(head) or _RULE.match(head):
        return True
    following = heads[index + 1 : index + 1 + _FOLLOWING]
    if _FROM.match(head):
        return sum(1 for line in following if _SENT.match(line)) >= 1 and any(following)
    if _WROTE_HEAD.match(head) and following and following[0]:
        return _WROTE.match(f"{head} {following[0]}"[:_LONGEST_LINE]) is not None
    return False


def is_head_of_quote(line: str) -> bool:
    """Whether a line tells who wrote what follows, and when, and nothing else."""
    head = line.strip()[:_LONGEST_LINE]
    return any(each.match(head) for each in (_WROTE, _RULE, _FROM, _SENT, _REPLY_LINE))


def _mark_signature(heads: list[str], parts: list[Part]) -> None:
    after: Part | None = None
    for index, head in enumerate(heads):
        if parts[index] is not Part.SAID:
            continue
        if _DASHES.match(head):
            after = parts[index] = Part.SIGNATURE
        elif _SENT_FROM.match(head) and not (
            len(head.split()) > _SIGNATURE_WORDS and _is_told(head)
        ):
            parts[index] = Part.SIGNATURE
        elif _CLOSING.match(head) and not _more_is_said(heads, parts, index):
            parts[index] = Part.CLOSING
            after = after or Part.CLOSING
        elif after is not None and head:
            if _is_told(head) or (after is Part.CLOSING and _is_said(head)):
                after = None
            else:
                parts[index] = Part.SIGNATURE


def _more_is_said(heads: list[str], parts: list[Part], index: int) -> bool:
    """A word of thanks with the question after it closes nothing."""
    for head, part in zip(heads[index + 1 : index + 7], parts[index + 1 : index + 7], strict=True):
        if _DASHES.match(head):
            return False
        if head and part is Part.SAID and _is_said(head):
            return True
    return False


def _is_said(head: str) -> bool:
    """Whether a line below a closing is more than a name and a trade."""
    is_long = len(head.split()) > _SIGNATURE_WORDS and not _COURTESY.search(head)
    return "?" in head or bool(_POSTSCRIPT.match(head)) or is_long or _is_told(head)


def _is_told(head: str) -> bool:
    """Whether a line tells of its writer, and more than a courtesy."""
    is_sentence = len(head.split()) >= _SENTENCE_WORDS
    return is_sentence and bool(FIRST_PERSON.search(head)) and not _COURTESY.search(head)


def _mark_greeting(heads: list[str], parts: list[Part]) -> None:
    for index, head in enumerate(heads):
        if not head or parts[index] is not Part.SAID:
            continue
        named = _GREETING_NAMED.match(head) and not _is_told(head)
        if _GREETING_LINE.match(head) or named:
            parts[index] = Part.GREETING
        return


def _mark_disclaimers(heads: list[str], parts: list[Part]) -> None:
    """Blocks of lines that speak of confidentiality and company registers in a long breath.

    What the writer says of themselves is no disclaimer, whatever its words.
    """
    start = 0
    for index in range(len(heads) + 1):
        if index < len(heads) and heads[index] and parts[index] is not Part.QUOTED:
            continue
        if _is_disclaimer(" ".join(heads[start:index])):
            parts[start:index] = [Part.DISCLAIMER] * (index - start)
        for line in range(start, index):
            if _is_disclaimer(heads[line]):
                parts[line] = Part.DISCLAIMER
        start = index + 1


def _is_disclaimer(block: str) -> bool:
    if len(block) < _MIN_DISCLAIMER or "?" in block or FIRST_PERSON.search(block):
        return False
    marks = {mark.lower() for mark in _DISCLAIMER.findall(block)}
    # One such word may be part of a request.
    return len(marks) > 1 and _OF_A_DISCLAIMER.search(block) is not None
