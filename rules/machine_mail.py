"""Mail written by machines: bounces, out-of-office notes, senders nobody reads."""

import re

_SENDER = re.compile(
    r"^(?:(?:.*[.+_-])?(?:no|do[._-]?not|dont|ne[._-]?pas)[._-]?(?:reply|respond|repondre|answer)"
    r"(?:[.+_-].*|\d*)?|mailer[._-]?daemon|post[._-]?master|bounces?(?:[.+_=-].*)?|"
    r"mail[._-]?delivery(?:[._-].*)?|auto[._-]?(?:reply|responder|mailer)(?:[._-].*)?|"
    r"(?:noreply|donotreply|nicht[._-]?antworten|keine[._-]?antwort|no[._-]?responder|"
    r"nao[._-]?responda|niet[._-]?beantwoorden|non[._-]?rispondere|daemon|devnull))@",
    re.IGNORECASE,
)
_SENDER_NAME = re.compile(
    r"^(?:mail delivery (?:sub)?system|mailer.daemon|postmaster)$", re.IGNORECASE
)
_BOUNCE_SUBJECT = re.compile(
    r"^\W*(?:undeliver(?:ed|able)(?: mail)?\b|delivery (?:status notification|failure|has failed|"
    r"incomplete)|mail delivery (?:failed|failure)|returned mail|failure notice|"
    r"message (?:undeliverable|not delivered|could not be delivered)|delivery notification|"
    r"unzustellbar|nicht zustellbar|zustellung fehlgeschlagen|no se (?:pudo|puede) entregar|"
    r"no entregado|mensaje no entregado|non (?:remis|distribuable|distribué)|échec de la (?:remise|"
    r"distribution)|mancato recapito|impossibile recapitare|non recapitabile|"
    r"onbestelbaar|niet (?:te bezorgen|bezorgd)|não (?:foi possível entregar|entregue)|"
    r"falha na entrega|não é possível entregar)",
    re.IGNORECASE,
)
_AWAY_SUBJECT = re.compile(
    r"^\W*(?P<answered>(?:re|aw|sv)\s*:\s*)?(?:"
    r"automatic reply|auto(?:matic)?[ -]?(?:reply|response|responder)|autoreply|"
    r"(?:i am )?out of (?:the )?office|"
    r"automatische antwort|abwesenheits(?:notiz|nachricht|assistent|meldung)?\b|abwesend\b|"
    r"nicht im (?:büro|haus)|respuesta automática|fuera de (?:la )?oficina|ausente\b|"
    r"réponse automatique|absence du bureau|message d.absence|absent(?:e)? du bureau|"
    r"risposta automatica|fuori sede|fuori ufficio|assenza\b|"
    r"automatisch(?:e)? (?:antwoord|beantwoording)|afwezig(?:heid(?:sbericht)?)?\b|niet op kantoor|"
    r"resposta automática|fora do escritório|ausência\b)",
    re.IGNORECASE,
)
# What makes such a subject one of a mail system: customers write of parcels that were undelivered.
_OF_A_MAIL_SYSTEM = re.compile(
    r"\b(?:host (?:not found|unknown)|user unknown|could not reach|was undeliverable|"
    r"smtp|mail(?:box|er| server| system)|recipients?|postmaster|remote server|"
    r"[45]\.\d\.\d{1,3}|[45]\d\d |e-?mail address|empfänger|destinatari[oa]s?|destinataires?|"
    r"ontvangers?|destinatário)\b",
    re.IGNORECASE,
)
_SURE_BOUNCE = re.compile(
    r"^\W*(?:undelivered mail|mail delivery|delivery status|failure notice|message )", re.IGNORECASE
)
_BOUNCE_BODY = re.compile(
    r"^\W*(?:this is (?:the mail system at host|an automatically generated delivery)|"
    r"this message was created automatically by mail delivery|"
    r"(?:delivery to the following recipients?|your message (?:to .{1,120} )?(?:could not|couldn.t|"
    r"wasn.t|was not|has not been) (?:be )?(?:delivered|entregado))|"
    r"address not found|the following addresses? had permanent|"
    r"ihre nachricht konnte nicht zugestellt|su mensaje no (?:se )?pudo|"
    r"votre message n.a pas pu être|il messaggio non è stato recapitato|"
    r"uw bericht kon niet worden|a sua mensagem não (?:pôde|foi))",
    re.IGNORECASE,
)
_AWAY_BODY = re.compile(
    r"(?:i am|i.m|i will be) (?:currently )?(?:away (?:until|from)|"
    r"back (?:on|in)|out of (?:the )?office|on (?:annual |maternity |"
    r"parental |sick )?leave|away from (?:my desk|the office)|on (?:vacation|holiday))|"
    r"this is an automat(?:ic|ed) (?:reply|response|message)|"
    r"(?:bin ich|ich bin) (?:ab .{1,30} )?wieder|de retour (?:le|à partir)|"
    r"ich bin (?:derzeit |zurzeit |aktuell |bis .{1,40} |vom .{1,40} )?(?:nicht im (?:büro|haus)|"
    r"abwesend|im urlaub)|dies ist eine automatische (?:antwort|nachricht)|"
    r"(?:estoy|estaré) (?:fuera de (?:la )?oficina|de vacaciones|ausente)|"
    r"esta es una respuesta automática|"
    r"je (?:suis|serai) (?:actuellement )?(?:absente?|en congés?|en vacances)|"
    r"ceci est une réponse automatique|"
    r"(?:sono|sarò) (?:attualmente )?(?:fuori (?:sede|ufficio)|in ferie|assente)|"
    r"questa è una risposta automatica|"
    r"ik ben (?:momenteel |op dit moment |tot .{1,40} )?(?:afwezig|niet op kantoor|met vakantie|"
    r"op vakantie)|dit is een automatisch(?:e)? (?:antwoord|bericht)|"
    r"(?:estou|estarei) (?:fora do escritório|de férias|ausente)|esta é uma resposta automática",
    re.IGNORECASE,
)
# What an absence note also says; alone, "I'm on holiday" belongs to many a question.
_AWAY_CONTEXT = re.compile(
    r"return(?:ing)?\b|\bback (?:on|in the office)|limited access|no access|urgent|contact my|"
    r"please contact|in my absence|will (?:reply|respond|read)|monitored|"
    r"zurück|dringend|vertretung|wenden sie sich|regreso|vuelta|urgente|de retour|en cas d.urgence|"
    r"contacter|rientro|rientrerò|urgenze|contattare|terug|dringende|spoed|neem contact|"
    r"regresso|voltarei|contacte|automat",
    re.IGNORECASE,
)
_TAGS = frozenset(
    {
        "auto_reply",
        "autoreply",
        "auto_response",
        "automatic_reply",
        "out_of_office",
        "bounce",
        "bounced",
        "mail_delivery_failure",
        "ooo",
    }
)
# What an assistant's own subject goes on with; a customer's sentence goes on otherwise.
_GOES_ON = re.compile(
    r"\s*(?:$|[:(\[|\u2013\u2014-]|(?:re|aw|sv|fwd?)\s*:|(?:until|till|from|to|for|since|re|auto\w*|"
    r"notification|message|notice|reply|bis|vom|von|ab|an|auf|zu|jusqu\w*|du|de|au|fino|dal|al|hasta|"
    r"desde|tot|van|vanaf|até)\b)",
    re.IGNORECASE,
)
_ASSISTANTS_WORD = re.compile(
    r"\W*(?:\w+\s*:\s*)?(?:abwesenheits|autoreply|afwezigheids)", re.IGNORECASE
)
_READ = 1500  # a machine says what it is at once


def is_machine_address(email: str, name: str) -> bool:
    """Whether nobody reads the sender's mailbox."""
    return bool(_SENDER.match(email.strip()[:320]) or _SENDER_NAME.match(name.strip()[:100]))


def is_bounce(subject: str, text: str) -> bool:
    """Whether a mail system reports a failed delivery."""
    if _BOUNCE_BODY.match(text[:_READ].lstrip()):
        return True
    titled = _BOUNCE_SUBJECT.match(subject[:300])
    return titled is not None and bool(
        _SURE_BOUNCE.match(subject[:300])
        or subject[titled.end() :].lstrip()[:1] == ":"
        or _OF_A_MAIL_SYSTEM.search(text[:_READ])
    )


def is_auto_reply(subject: str, text: str, tags: frozenset[str]) -> bool:
    """Whether an absence assistant answers."""
    head = text[:_READ]
    away = "?" not in head and _AWAY_BODY.search(head) is not None
    titled = _AWAY_SUBJECT.match(subject[:300])
    if titled is not None and (away or _is_title(titled, subject[titled.end() :])):
        return True
    return bool(tags & _TAGS) or (away and _AWAY_CONTEXT.search(head) is not None)


def _is_title(titled: re.Match[str], rest: str) -> bool:
    """Whether a subject is an assistant's own, and no customer's sentence or answer to one."""
    if _ASSISTANTS_WORD.match(titled.group()) or not rest.strip():
        return True
    return not titled["answered"] and _GOES_ON.match(rest) is not None


def may_be_a_machines(subject: str) -> bool:
    """Whether a subject is one that mail programs write too: nothing is sent to it."""
    head = subject[:300]
    return bool(_AWAY_SUBJECT.match(head) or _BOUNCE_SUBJECT.match(head))
