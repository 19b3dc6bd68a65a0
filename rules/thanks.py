"""Messages that only say thank you. "Thanks, but it still fails" is not one of them."""

from rules.utterance import Utterance
from rules.wordlists import word_set
from rules.words import Words

_THANKS = word_set(
    "thanks thank thx ty cheers thankyou tnx danke dankeschon dankeschoen merci gracias grazie "
    "bedankt dank dankjewel dankuwel obrigado obrigada obg ta appreciated"
)
_SOLVED = word_set(
    "solved sorted works worked resolved fixed perfect erledigt geklappt funktioniert "
    "resuelto solucionado perfecto resolu parfait risolto perfetto opgelost gelukt resolvido "
    "perfeito great brilliant"
)
_ALONGSIDE = word_set(
    "you so much very many lot a for the your help helping support reply quick fast response "
    "answer "
    "all good great perfect brilliant excellent awesome amazing nice lovely super ok okay okey "
    "k yes "
    "yep got it that thats this is was now works worked working fine sorted solved resolved fixed "
    "problem issue in advance again kind regards best team guys everyone hi hello hey dear and "
    "really just it's its i im have has did trick day weekend nice appreciate appreciated i'll ill "
    "be no worries cool understood noted received from my wishes have everything to "
    "vielen herzlichen lieben schon schoen sehr fur fuer die ihre eure hilfe schnelle antwort "
    "super "
    "hat geklappt funktioniert jetzt alles gut erledigt wunderbar prima toll nochmals im voraus "
    "mit "
    "freundlichen freundliche grussen grusse gruessen gruesse viele liebe beste euch ihnen dir das "
    "hallo passt bestens klar "
    "muchas muchisimas mil por su tu la ayuda respuesta rapida todo bien perfecto ya esta resuelto "
    "solucionado funciona ahora hola saludos un saludo genial vale muy amable "
    "beaucoup pour votre ton aide reponse rapide tout est bon parfait ca marche maintenant c'est "
    "c cest resolu bonjour cordialement bonne journee super genial mille infiniment bien d accord "
    "mille tante per il vostro tuo aiuto la risposta veloce tutto bene perfetto ora funziona "
    "risolto ciao saluti cordiali ottimo gentilissimi a voi te "
    "u je jullie wel hartelijk heel erg voor de hulp snelle antwoord top prima werkt nu alles goed "
    "opgelost gelukt hoi groet groeten vriendelijke met het is "
    "muito pela ajuda resposta rapida tudo certo perfeito funcionou agora resolvido ola abraco "
    "cumprimentos otimo valeu ja deu"
)
_MAX_WORDS = 30
_MAX_NAMES = 3


def is_only_thanks(utterance: Utterance) -> bool:
    """Whether a message holds thanks, courtesy and perhaps a name, and nothing else."""
    courtesy = Words.of(utterance.courtesy)
    words = courtesy.words
    if not 0 < len(words) <= _MAX_WORDS or "?" in utterance.courtesy.text:
        return False
    if not any(word in _THANKS for word in words):
        return (
            len(words) <= _MAX_NAMES + 1
            and all(word in _ALONGSIDE or word in _SOLVED for word in words)
            and any(word in _SOLVED for word in words)
        )
    names = 0
    for word, (start, _) in zip(words, courtesy.places, strict=True):
        if word in _THANKS or word in _ALONGSIDE:
            continue
        names += 1
        if not utterance.courtesy.text[start].isupper() or names > _MAX_NAMES:
            return False
    return True
