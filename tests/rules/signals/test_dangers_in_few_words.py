"""Dangerous products told in few words: held in ten languages, without a label or a clock."""

import pytest

from rules.pack_library import shipped_packs
from rules.rulebook import Strength, compile_packs
from tests.rules.build import a_ticket, codes, judge, words_of

RULEBOOK = compile_packs(tuple(pack for pack in shipped_packs() if pack.family == "product_safety"))

DANGERS = (
    "charger hot, smoke, unplugged. which model replaces it?", "Kettle sparks at the base. Bill?",
    "plug gone brown on one side, sell the cable alone?", "tablet battery bulging. warranty?",
    "router smells of burning, is there a newer one?", "Stool collapsed under me. Spare leg?",
    "front brake doesnt bite. open saturday?", "Glass in my yoghurt. Voucher please",
    "her eyelids swollen shut, does it come unscented?", "tingles off the tap, new one?",
    "chin clip pops open, in blue too?", "lid hit the ceiling, new gasket?",
    "Toaster macht Funken. Wo find ich die Rechnung?", "stecker unten ganz braun geworden",
    "Heizdecke riecht verbrannt, normal?", "Leiter eingeknickt, Ersatzfuß lieferbar?",
    "Bremse versagt bergab. Termin frei?", "Splitter im Joghurt. Gutschein?",
    "Chargeur fondu, vous l'avez en noir ?", "La guirlande sent le plastique cramé",
    "Frein avant ne répond plus, ouvert samedi ?", "Bout de verre dans la compote",
    "El enchufe echa chispas. ¿Horario?", "La batería se ha hinchado, ¿venden otra?",
    "Frenos no responden, ¿abren hoy?", "Cristal en el potito, lote 12",
    "Oplader smolt, nieuwe kopen?", "stopcontact, zwarte randen. filiaal open?",
    "Rem doet het niet, langer huren?", "Stukje glas in de pindakaas",
    "Presa annerita, avete il ricambio?", "La batteria si gonfia. Garanzia?",
    "I freni non tengono, siete aperti?", "Pezzo di vetro nel vasetto",
    "O carregador derreteu, têm outro?", "A bateria inchou. Garantia?",
    "Travões não seguram, abrem sábado?", "Caco de vidro na sopa",
    "Ładowarka się stopiła, jest nowa?", "Bateria spuchła, gwarancja?",
    "Hamulce nie działają, otwarte w sobotę?", "Kawałek szkła w jogurcie",
    "Laddaren smälte, finns en ny?", "Batteriet har svällt. Garanti?",
    "Bromsen tar inte, öppet lördag?", "Glasbit i yoghurten",
    "Opladeren smeltede, har I en ny?", "Batteriet er svulmet. Garanti?",
    "Bremsen virker ikke, åbent lørdag?", "Stykke glas i yoghurten",
)  # fmt: skip

ORDINARY = (
    "Can the laptop burn a disc?", "How many calories do I burn on the treadmill?",
    "Where is my smoke detector?", "Is the smoked salmon in stock?", "Do you sell sparkling water?",
    "Price shock! Is the old rate still on?", "Which shock absorber fits my car?",
    "How do I get more hot water from the boiler?", "What is the number of your hotline?",
    "Which cheese melts best on a pizza?", "When does the price cut end?", "Is my gas bill ready?",
    "How long is the battery life of the phone?", "Our sales exploded, can I upgrade?",
    "Do you have allergen lists?", "I can't recall my password", "Toaster in red or black?",
    "Which brake pads fit my bike?", "Is the charger black or white?", "A spare lid for the jar?",
    "Verkaufen Sie CO-Melder?", "Hebben jullie een CO-melder?", "Vendez-vous en circuit court ?",
    "Raucht der Räucherofen auch Forelle?", "Heizdecke braucht lange, normal?",
    "Glas war im Karton schon kaputt", "Ist das Ladegerät in Schwarz lieferbar?",
    "Bremsbeläge für City 3, welche Nummer?", "Le saumon fumé est-il en promo ?",
    "Le four est-il livré avec une plaque ?", "Quelles plaquettes de frein pour ce vélo ?",
    "¿El portátil se ha quedado sin stock?", "¿Tienen salmón ahumado?", "¿Qué pila lleva el mando?",
    "Hoe lang gaat de accu mee?", "Is de gerookte zalm er weer?", "Welke remblokken passen?",
    "Quanto dura la batteria?", "Avete il salmone affumicato?", "Quali pastiglie per il freno?",
    "Quanto dura a bateria?", "Têm salmão fumado?", "Que pastilhas servem nos travões?",
    "Jak długo trzyma bateria?", "Czy jest wędzony łosoś?", "Jakie klocki do hamulców?",
    "Hur länge räcker batteriet?", "Finns rökt lax?", "Vilka bromsbelägg passar?",
    "Hvor længe holder batteriet?", "Har I røget laks?", "Hvilke bremseklodser passer?",
)  # fmt: skip


def strengths(text: str) -> set[Strength]:
    """What the phrases of a text are worth, bare words left out."""
    marks = RULEBOOK.marks(words_of(text))
    return {mark.strength for mark in marks} - {Strength.WEAK}


@pytest.mark.parametrize("text", DANGERS)
def test_a_danger_in_few_words_is_held(text: str) -> None:
    assert strengths(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_question_about_a_product_passes(text: str) -> None:
    assert strengths(text) == set()


def test_a_danger_in_few_words_starts_no_clock() -> None:
    decision = judge(a_ticket("charger hot, smoke, unplugged. which model replaces it?"))
    assert decision.deadlines == ()
    assert any(code.startswith("regulatory.") for code in codes(decision))
