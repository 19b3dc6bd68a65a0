"""Which language a text is in; None when it can't be told.

Function words decide quickly and explainably; where they are silent or torn, py3langid decides if
it is sure. Short texts stay unknown rather than guessed.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache

from py3langid.langid import LanguageIdentifier

from rules.wordlists import word_set

LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pt")

# The commonest words without a meaning of their own, folded as rules.phrases folds them.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": word_set(
        "a about after all also am an and any are as at be because been before but by can cant "
        "could did do does doesnt dont for from get got had has have he her here hi his how i id "
        "if ill im in into is isnt it its ive just like me more my need no not now of on one only "
        "or other our out over please she should so some than that the their them then there "
        "these they this those to too up us very want was wasnt we were what when where which "
        "while who why will with wont would yes yet you your"
    ),
    "de": word_set(
        "aber alle als am an auch auf aus bei bin bis bitte da damit dann das dass dem den denn "
        "der des die diese diesen doch du durch ein eine einem einen einer er es euch euer fuer "
        "fur gibt habe haben hat hier ich ihr ihre ihren im in ist ja kann kein keine konnen "
        "koennen man mehr mein meine meinem meinen meiner mich mir mit mochte moechte muss nach "
        "nicht noch nun nur ob oder ohne schon sehr sein sich sie sind so uber ueber um und uns "
        "unter von vor wann warum was wenn wer werden wie will wir wird wo zu zum zur"
    ),
    "es": word_set(
        "al algo ante antes asi aun bien como con cual cuando cuanto de del desde donde dos el "
        "ella ellos en entre era es esa ese eso esta este esto estoy fue ha hace hacer han hay he "
        "hola la las le les lo los mas me mi mis muy nada ni no nos o para pero por porque puede "
        "puedo que quien quiero se ser si sin sobre solo son soy su sus tambien tan te tengo "
        "tiene todo tu un una uno unos usted ustedes y ya yo"
    ),
    "fr": word_set(
        "ai alors apres au aussi aux avec avez avoir bonjour c ce cela ces cest cette comme "
        "comment d dans de depuis des deux donc du elle en encore est et etait ete etes etre eu "
        "fait il ils j jai je l la le les leur lui m ma mais me meme mes mon n ne nos notre nous "
        "on ont ou par pas peut peux plus pour pourquoi puis qu quand que quel quelle qui s sa "
        "sans se ses si soit son sont suis sur te tout tres tu un une vos votre voudrais vous y"
    ),
    "it": word_set(
        "a ai al alla alle anche ancora avete c che chi ci ciao come con cosa cui da dal dalla "
        "dei del della delle di dopo dove due e ed era fare fatto gli ha hanno ho i il in io la "
        "le lei lo loro ma me mi mia miei mio molto ne nei nel nella no noi non nostro o ogni per "
        "perche piu poi posso puo qual quale quando quanto quello questa questo se sei senza si "
        "sia sono sto su sua sul sulla suo tra tu tutto un una uno vi voi vorrei"
    ),
    "nl": word_set(
        "aan al alleen als ben bij dan dat de den deze die dit doe door dus een en er ga geen "
        "gaat had hallo heb hebben heeft het hij hoe hoeveel ik in is ja je jij jullie kan kunnen "
        "kunt maar me meer met mij mijn moet na naar niet nog nu of om omdat onder ons ook op "
        "over te tot u uit uw van veel voor waar waarom wanneer want waren was wat we wel werd "
        "wie wij wil wilt worden wordt zal ze zeer zich zij zijn zo zonder"
    ),
    "pt": word_set(
        "a ainda ao aos as ate bem boa bom com como consigo da das de dela dele depois do dois "
        "dos e ela ele eles em entao era essa esse esta estao estou eu faco faz fazer foi ha isso "
        "isto ja la lhe mais mas me mesmo meu meus minha minhas muito na nao nas nem no nos nossa "
        "nosso num numa o ola onde os ou para pela pelo pode por porque posso pra qual quando "
        "quanto que quem quero se sem ser seu seus so sobre sou sua suas tambem tem tenho tudo um "
        "uma voce voces"
    ),
}
ALL_FUNCTION_WORDS = frozenset().union(*FUNCTION_WORDS.values())
_LANGUAGES_OF = {
    word: tuple(language for language, known in FUNCTION_WORDS.items() if word in known)
    for word in ALL_FUNCTION_WORDS
}

_SURE_HITS = 2
_MIN_LETTERS = 24  # below this py3langid guesses
_MIN_CONFIDENCE = 0.9
_READ_WORDS = 200  # the beginning tells
_READ_CHARACTERS = 1500


def detect(text: str, words: Sequence[str]) -> str | None:
    """The ISO 639-1 code of a text's language, or None. `words` are its folded words."""
    told = by_grammar(words)
    if told is not None:
        return told
    head = text[:_READ_CHARACTERS]
    if sum(map(str.isalpha, head)) < _MIN_LETTERS:
        return None
    language, confidence = _identifier().classify(head)
    return str(language) if confidence >= _MIN_CONFIDENCE else None


def by_grammar(words: Sequence[str]) -> str | None:
    """The language whose function words prevail clearly in folded words, or None."""
    read = words[:_READ_WORDS]
    hits = Counter(language for word in read for language in _LANGUAGES_OF.get(word, ()))
    ranked = sorted(LANGUAGES, key=lambda language: (-hits[language], language))
    best, second = hits[ranked[0]], hits[ranked[1]]
    if best >= _SURE_HITS and best >= second + max(1, second // 2) and best * 6 >= len(read):
        return ranked[0]
    return None


@cache
def _identifier() -> LanguageIdentifier:
    """Loaded at the first doubtful text: it takes about a second."""
    return LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)
