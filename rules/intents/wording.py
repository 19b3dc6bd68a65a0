"""Sentences as the recogniser reads them: what asks, what objects, and what is mere courtesy."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.languages import ALL_FUNCTION_WORDS
from rules.utterance import Utterance
from rules.wordlists import word_set

_COURTESY = word_set(
    "thanks thank thx ty cheers please pls plz hi hello hey hiya dear there team support regards "
    "kind best sincerely sorry bother hope hoping well appreciate appreciated advance help helping "
    "question quick good morning afternoon evening day great nice lovely any much many very so "
    "looking forward hearing reply soon customer since love loving app service everyone folks all "
    "guten tag morgen abend hallo danke dank vielen freundliche freundlichen grusse gruesse gruss "
    "liebe beste besten viele voraus bitte frage hilfe "
    "hola gracias muchas antemano saludos cordial buenas buenos dias tardes por favor pregunta "
    "bonjour bonsoir merci avance cordialement salutations beaucoup question aide "
    "ciao buongiorno grazie mille anticipo saluti domanda aiuto "
    "goedemorgen goedemiddag bedankt alvast groet groeten vriendelijke vraag "
    "ola bom dia boa tarde obrigado obrigada cumprimentos desde ja pergunta"
)
_OPENERS = word_set(
    "how what where when why who which can could do does did is are am will would should may "
    "wie was wo wann warum wer welche welcher kann konnen koennen gibt "
    "como que donde cuando cual quien puedo puede cuanto "
    "comment quoi ou quand pourquoi qui quel quelle puis est "
    "come cosa dove quando perche chi quale posso quanto "
    "hoe wat waar wanneer waarom wie welke kan kunnen "
    "onde qual quem posso quanto"
)
_OBJECTIONS: dict[str, frozenset[str]] = {
    "denied": word_set(
        "not no never dont doesnt didnt isnt wasnt cannot cant couldnt wont wouldnt havent hasnt "
        "without unable nothing nobody neither nor "
        "nicht kein keine keinen nie niemals nichts niemand "
        "nunca nada nadie ningun ninguna sin "
        "pas jamais rien aucun aucune impossible "
        "non mai nessuno niente niet geen nooit niets nao nem ninguem"
    ),
    "failed": word_set(
        "fail fails failed failing failure error errors broken wrong problem problems issue issues "
        "bug crash crashes crashed stuck declined rejected refused missing lost works "
        "working fehler fehlgeschlagen kaputt problem geht funktioniert abgelehnt falsch "
        "falla fallo fallado funciona rechazado rechazada equivocado problema "
        "erreur echoue marche fonctionne refuse refusee probleme "
        "errore funziona rifiutato rifiutata sbagliato fout mislukt werkt geweigerd erro falhou "
        "recusado recusada"
    ),
    "again": word_set(
        "again still already yet twice second repeatedly always keep keeps "
        "wieder immer noch schon zweimal nochmal otra vez todavia ya sigue "
        "encore toujours deja deux fois ancora gia di nuovo opnieuw nog steeds alweer al "
        "ainda novamente outra"
    ),
}
_AMBIGUOUS = word_set(
    "al di ya ou est non nuovo outra otra vez fois deux immer schon second noch nog works"
)
_POINTING = {
    "en": word_set(
        "it its they them their theirs this that these those one ones then otherwise instead"
    ),
    "de": word_set(
        "es ihn ihm dies diese dieser dieses diesen diesem dafur dafuer dazu davon damit darauf"
    ),
    "es": word_set("eso esto ello ellos ellas"),
    "fr": word_set("ca cela ceci celui celle ceux celles"),
    "it": word_set("questo questa questi queste quello quella cio"),
    "nl": word_set("deze dit daarvan daarvoor daarmee ervan ervoor ermee hiervoor"),
    "pt": word_set("isso isto disso nisso dele dela"),
}
_ALL_POINTING = frozenset().union(*_POINTING.values())
_ANNOUNCING = word_set(
    "two three couple few some lot 2 3 questions things "
    "zwei drei paar einige fragen dinge dos tres unas preguntas cosas deux trois quelques choses "
    "due tre alcune domande cose twee drie enkele vragen dingen duas algumas perguntas coisas"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its folded words."""

    text: str
    words: tuple[str, ...]


def sentences_of(utterance: Utterance) -> list[Sentence]:
    """The sentences that say something beyond courtesy."""
    sentences = [Sentence(each.view.text, each.words) for each in utterance.sentence_words]
    return [sentence for sentence in sentences if content_words(sentence)]


def content_words(sentence: Sentence) -> list[str]:
    """The words of a sentence that carry meaning."""
    return meaningful(sentence.words)


def meaningful(words: Sequence[str]) -> list[str]:
    """The words that are neither courtesy nor mere grammar."""
    return [
        word
        for word in words
        if word not in _COURTESY and (word not in ALL_FUNCTION_WORDS or word in _OBJECTING)
    ]


def is_question(sentence: Sentence) -> bool:
    """Whether a sentence asks, by its mark or its first word."""
    return "?" in sentence.text[-4:] or sentence.words[0] in _OPENERS


def stands_alone(sentence: Sentence) -> bool:
    """Whether a sentence can be understood by itself: "where do I change it?" can't."""
    return len(content_words(sentence)) > 1


def points_elsewhere(sentence: Sentence, language: str | None) -> bool:
    """Whether a word of a sentence may stand for something that another one names."""
    return not _POINTING.get(language or "", _ALL_POINTING).isdisjoint(sentence.words)


def announces(sentence: Sentence) -> bool:
    """Whether a sentence only says that questions follow: "I have two questions"."""
    return _ANNOUNCING.issuperset(content_words(sentence))


def objections(words: Sequence[str]) -> frozenset[str]:
    """Which kinds of objection stand in a sentence."""
    return frozenset(
        kind
        for kind, known in _OBJECTIONS.items()
        if any(word in known and word not in _AMBIGUOUS for word in words)
    )


_OBJECTING = frozenset().union(*_OBJECTIONS.values()) - ALL_FUNCTION_WORDS
