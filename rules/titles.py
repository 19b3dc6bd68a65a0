"""Subjects to which a message only points: what they name, as the sentences they are short for.

*Formal complaint: my bill* is a name and its matter. A title leaves out what would make a sentence
of the name, without which the same words may be a mere topic; here they are none. A title that asks
(*complaint: where is the form*), is over (*complaint - resolved*) or is of something else
(*complaint form*) names no case; what it names is held all the same.
"""

import re
from collections.abc import Iterator

from rules.model import Span
from rules.view import View, normalised
from rules.wordlists import word_set
from rules.words import Words

_LONGEST = 300  # characters of a subject that is a title
_LONGEST_MATTER = 60  # characters after a name that tell whether it is one
_MOST_NAMES = 6  # a title may be
# What a title leaves out, in words that the phrases of each language wait for.
_LEFT_OUT = (
    "this is a {}",
    "ich erhebe {}",
    "presento una {}",
    "je dépose une {}",
    "presento un {}",
    "{} indienen",
    "apresento uma {}",
)
_BEFORE = re.compile(
    r"(?:\s*(?:(?:fwd?|wg|tr|rv|enc|doorst)\s?:\s*"
    r"|(?:urgente?|dringend|eilt|wichtig|importante?|belangrijk)\b[ :!,\u2013-]{0,5})){1,3}",
    re.IGNORECASE,
)
# What stands between a name and its matter, and what parts a matter.
_SIGN = re.compile(r"[:;,.!()\[\]/|&#\u2013\u2014]|\s-|-\s")
_PART = re.compile(r"[:;,.!?()\[\]/|\u2013\u2014]|\s-|-\s")
_JOINING = re.compile(r"\s*(?:[/&]|(?:and|und|et|y|en|e)\b)")
# What a matter begins with where no sign does.
_ABOUT = word_set(
    "about against regarding concerning re on over because due and number ref "
    "uber ueber gegen wegen zu zur zum bezuglich bzgl betreffend betr nr "
    "sobre contra por respecto de del da do "
    "concernant contre sur pour au a suite du des d n numero "
    "su per riguardo tegen betreffende inzake mbt m "
    "acerca na dotyczaca dotyczacy w"
)
_ASKING = word_set(
    "where how what when which who question questions query enquiry inquiry "
    "wie wo wann wer welche welcher welches frage fragen comment quand quel quelle "
    "como donde cuando cual quien pregunta consulta come dove quando quale domanda "
    "hoe waar wanneer wat welke vraag onde qual pergunta duvida"
)
_RESOLVED = word_set(
    "resolved solved settled sorted erledigt erledigte gelost geloest geklart geklaert "
    "resolu resolue resuelto resuelta solucionado solucionada opgelost afgehandeld "
    "risolto risolta resolvido resolvida"
)
# A closed account is a matter, too.
_OVER = _RESOLVED | word_set(
    "fixed closed finished done withdrawn cancelled canceled over hold nothing fine good ok "
    "abgeschlossen abgeschlossene zuruckgezogen zurueckgezogen nichts "
    "regle reglee clos close cloture cloturee retire retiree rien "
    "cerrado cerrada retirado retirada nada gesloten ingetrokken niets "
    "chiuso chiusa ritirato ritirata niente encerrado encerrada"
)
_OF_IT = word_set(
    "form forms procedure process policy page team department desk box status update template "
    "example handling reply response answer "
    "formular verfahren vorlage muster ablauf antwort formulaire modele reponse "
    "formulario procedimiento hoja modelo plantilla respuesta modulo procedura risposta "
    "formulier voorbeeld antwoord procedimento resposta"
)
_NO_CASE = _OVER | _OF_IT
_DENYING = word_set(
    "no not none without kein keine keinerlei nicht ohne aucun aucune pas sans "
    "sin ningun ninguna nessun nessuna senza geen zonder sem nenhum nenhuma"
)
_OTHER = _NO_CASE | _ASKING | _DENYING
_ALONGSIDE = word_set(
    "is was has have been be now already all the my your our it this that thank thanks you so much "
    "very on about for to and please indienen "
    "ist wurde hat sich schon bereits nun jetzt alles danke vielen dank meine die "
    "est a ete deja tout maintenant merci c ha sido ya esta todo gracias es "
    "e stato stata gia tutto grazie al nu het bedankt u ja foi tudo obrigado obrigada"
)


def sentences_of_title(subject: str) -> Iterator[tuple[View, bool]]:
    """The sentences that a subject may be short for, and whether what they name is a case.

    Places are places in the sentence.
    """
    title = normalised(View.of(subject[:_LONGEST])).text.strip()
    before = _BEFORE.match(title)
    for name, is_case in _names(title[before.end() :] if before else title):
        for left_out in _LEFT_OUT:
            yield View.of(left_out.format(name)), is_case


def is_named(sentence: View, span: Span) -> bool:
    """Whether what stands in such a sentence is all of it: *complaint*, not *complaint form*."""
    return not Words.of(View.of(sentence.text[span[1] :])).words


def _names(title: str) -> Iterator[tuple[str, bool]]:
    """What a title may name, the shortest first: its words as far as a matter may begin."""
    words = Words.of(View.of(title))
    ends = [
        words.places[index - 1][1] for index in range(1, len(words.words)) if _begins(words, index)
    ]
    for end in [*ends[: _MOST_NAMES - 1], len(title)] if words.words else []:
        is_other = _OTHER.intersection(Words.of(View.of(title[:end])).words)
        yield title[:end], not is_other and _is_matter(title[end:])


def _begins(words: Words, index: int) -> bool:
    """Whether a matter may begin with a word that is not the first."""
    word, following = words.words[index], words.words[index + 1 : index + 2]
    if word[0].isdigit() or word in _ABOUT:
        return True
    if word == "no":  # in NFKC the sign for a number, too
        return bool(following) and following[0].isdigit()
    return bool(_SIGN.search(words.view.text, words.places[index - 1][1], words.places[index][0]))


def _is_matter(rest: str) -> bool:
    """Whether what follows a name leaves it one: it neither asks, nor says that all is over."""
    matter = rest[:_LONGEST_MATTER]
    parts = [Words.of(View.of(part)).words for part in _PART.split(matter)]
    first = next((part for part in parts if part), ())
    asks = "?" in matter or bool(_ASKING.intersection(first[:1]))
    is_of_it = bool(_JOINING.match(matter)) and bool(_OF_IT.intersection(first))
    return not (asks or is_of_it or any(map(_is_no_case, parts)))


def _is_no_case(part: tuple[str, ...]) -> bool:
    """Whether a part of a matter says that all is over, or is of something else, and no more."""
    telling = [word for word in part if word not in _ALONGSIDE]
    return bool(telling) and (telling[0] in _RESOLVED or _NO_CASE.issuperset(telling))
