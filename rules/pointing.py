"""Messages that only point to their subject: then the subject is what is said.

*Formal complaint*, and below it *see subject*, *as attached*, or nothing. A title leaves out what
would make a sentence of it, without which the same words may be a mere topic: here they are none.
"""

from collections.abc import Iterator

from rules.model import Span
from rules.thanks import is_only_thanks
from rules.utterance import Utterance
from rules.view import View, normalised
from rules.wordlists import word_set
from rules.words import Words

_POINTERS = word_set(
    "subject title heading header above attached attachment attachments enclosed enclosure "
    "betreff betreffzeile titel oben anhang anlage anbei beigefugt angehangt "
    "asunto titulo arriba adjunto adjunta adjuntos anexo "
    "objet sujet titre dessus joint jointe jointes annexe "
    "oggetto titolo sopra allegato allegata allegati "
    "onderwerp onderwerpregel boven bovenstaand bijlage bijgevoegd "
    "assunto acima anexado anexada "
    "temat temacie tytul tytule wyzej zalacznik zalaczniku zalaczeniu"
)
_ALONGSIDE = word_set(
    "see please pls kindly find refer look read check view as per in to the my this at of line for "
    "and it is says all file files document documents letter pdf details email mail message "
    "siehe bitte im der die den dem das wie zu zum ist steht mein meine brief schreiben dokument "
    "datei lesen sie s "
    "ver vea vease por favor en el la lo mi como se indica carta documento "
    "voir veuillez svp cf dans l le les un une mon ma votre lettre piece pieces comme ci trouver "
    "vedi vedere prego nell in come da mia mio lettera documento trova "
    "zie graag het de mijn brief document zoals alstublieft "
    "veja consulte segue em no meu minha conforme "
    "patrz zobacz prosze w jak moj list"
)
_MOST_WORDS = 12  # of such a sentence
_LONGEST = 500  # characters of such a message
_LONGEST_TITLE = 300  # characters of a subject that is a title
_LONGEST_REST = 60  # characters after a name that tell whether it is one
_ABOUT = word_set(
    "about against regarding concerning re on over because due "
    "uber ueber gegen wegen zu bezuglich betreffend sobre contra por respecto "
    "concernant contre sur pour au a su contro per riguardo over tegen betreffende "
    "acerca na dotyczaca dotyczacy w"
)
# What stands between a name and the rest of a title.
_PARTS = (*":;,.!(\u2013\u2014", " -")
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


def points_to_subject(utterance: Utterance) -> bool:
    """Whether a message says nothing but where it is said, or nothing at all."""
    if utterance.history.text or utterance.other_history.text:
        return False
    if len(utterance.said.text) + len(utterance.other.text) > _LONGEST:
        return False
    said = [*utterance.sentences, *utterance.other_sentences]
    pointing = [_points(sentence) for sentence in said]
    return (not said or any(pointing)) and all(
        points or is_only_thanks(utterance.alone(sentence))
        for points, sentence in zip(pointing, said, strict=True)
    )


def _points(sentence: View) -> bool:
    words = Words.of(sentence).words
    if "?" in sentence.text or len(words) > _MOST_WORDS or not _POINTERS.intersection(words):
        return False
    return all(word in _POINTERS or word in _ALONGSIDE for word in words)


def sentences_of_title(subject: str) -> Iterator[View]:
    """A subject as the sentences that it may be short for. Places are places in them."""
    title = normalised(View.of(subject[:_LONGEST_TITLE])).text.strip()
    if title:
        for left_out in _LEFT_OUT:
            yield View.of(left_out.format(title))


def is_named(sentence: View, span: Span) -> bool:
    """Whether such a sentence names what stands in it, and not something of it.

    *Complaint about my bill* is one; *Complaint form* and *Complaint resolved* may be none.
    """
    after = Words.of(View.of(sentence.text[span[1] : span[1] + _LONGEST_REST]))
    if not after.words or after.words[0] in _ABOUT:
        return True
    between = after.view.text[: after.places[0][0]]
    return any(sign in between for sign in _PARTS)
