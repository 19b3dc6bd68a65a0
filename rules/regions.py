"""Regions of the world, as far as packs name them: which one lies within which."""

import re
from collections.abc import Collection

from rules.wordlists import word_set

# ISO 3166-1 with the code in use for Kosovo.
_COUNTRIES = word_set(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA "
    "ZM ZW"
)
GLOBAL = "GLOBAL"
_PART = re.compile(r"(?:-[A-Z0-9]{1,3})?")
# Parts of the United Kingdom that hold others (ISO 3166-2:GB): England and Wales, Great Britain.
_AROUND = {
    "GB-ENG": word_set("GB-EAW GB-GBN GB-UKM"),
    "GB-WLS": word_set("GB-EAW GB-GBN GB-UKM"),
    "GB-EAW": word_set("GB-GBN GB-UKM"),
    "GB-SCT": word_set("GB-GBN GB-UKM"),
    "GB-GBN": word_set("GB-UKM"),
    "GB-NIR": word_set("GB-UKM"),
}
# The council areas of Scotland and the districts of Northern Ireland (ISO 3166-2:GB).
_SCOTTISH = word_set(
    "GB-ABD GB-ABE GB-AGB GB-ANS GB-CLK GB-DGY GB-DND GB-EAY GB-EDH GB-EDU GB-ELN GB-ELS GB-ERW "
    "GB-FAL GB-FIF GB-GLG GB-HLD GB-IVC GB-MLN GB-MRY GB-NAY GB-NLK GB-ORK GB-PKN GB-RFW GB-SAY "
    "GB-SCB GB-SLK GB-STG GB-WDU GB-WLN GB-ZET"
)
_NORTHERN_IRISH = word_set(
    "GB-ABC GB-AND GB-ANN GB-BFS GB-CCG GB-DRS GB-FMO GB-LBC GB-MEA GB-MUL GB-NMD"
)

_EU = word_set("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")


def cover(chosen: Collection[str], wanted: Collection[str]) -> bool:
    """Whether any wanted region touches a chosen one: the same, a part of it, or around it.

    They may be written in small letters.
    """
    return any(_touch(one.upper(), other.upper()) for one in chosen for other in wanted)


def _touch(one: str, other: str) -> bool:
    return within(one, other) or within(other, one)


def within(part: str, whole: str) -> bool:
    """Whether a region is or lies within another: US-CA in US, DE in EU, GB-ENG in GB-EAW."""
    country = part.partition("-")[0]
    around = {GLOBAL, part, country, *_around(part)}
    return whole in around or (whole == "EU" and country in _EU)


def _around(part: str) -> Collection[str]:
    """What lies around a part of the United Kingdom, besides that itself."""
    if part in _AROUND or not part.startswith("GB-"):
        return _AROUND.get(part, ())
    if part in _SCOTTISH:
        return {"GB-SCT", *_AROUND["GB-SCT"]}
    if part in _NORTHERN_IRISH:
        return {"GB-NIR", *_AROUND["GB-NIR"]}
    # A county or a city of England or Wales; also a code that is none: more packs are in force.
    return {"GB-EAW", *_AROUND["GB-EAW"]}


def is_region(name: str) -> bool:
    """Whether customers can be of it: a country, a part of one such as US-CA, or the EU."""
    return name == "EU" or (name[:2] in _COUNTRIES and _PART.fullmatch(name[2:]) is not None)
