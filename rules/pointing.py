"""Messages that only point to their subject: then the subject is what is said.

*Formal complaint*, and below it *see subject*, *as attached*, or nothing.
"""

from rules.thanks import is_only_thanks
from rules.utterance import Utterance
from rules.view import View
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
    "patrz zobacz prosze w jak moj list "
    "thanks thank you danke dank merci gracias grazie bedankt aub alvast obrigado obrigada "
    "tout est dit todo tutto alles tudo"
)
_MOST_WORDS = 12  # of such a sentence
_LONGEST = 500  # characters of such a message


def points_to_subject(utterance: Utterance) -> bool:
    """Whether a message says nothing but where it is said, or nothing at all."""
    if utterance.history.text or utterance.other_history.text:
        return False
    if len(utterance.said.text) + len(utterance.other.text) > _LONGEST:
        return False
    said = [*utterance.sentences, *utterance.other_sentences]
    points = any(_POINTERS.intersection(Words.of(sentence).words) for sentence in said)
    return (points or not said) and all(
        _only_points(sentence) or is_only_thanks(utterance.alone(sentence)) for sentence in said
    )


def _only_points(sentence: View) -> bool:
    words = Words.of(sentence).words
    if "?" in sentence.text or len(words) > _MOST_WORDS:
        return False
    return all(word in _POINTERS or word in _ALONGSIDE for word in words)
