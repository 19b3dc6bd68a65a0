"""How a language is named: by its code, such as en."""

import re

_CODE = re.compile(r"[a-z]{2,3}", re.ASCII)
_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "spanish": "es", "french": "fr",
    "italian": "it", "dutch": "nl", "portuguese": "pt",
}  # fmt: skip


def is_language_code(text: str) -> bool:
    """Whether a text may be the code of a language."""
    return _CODE.fullmatch(text) is not None


def code_meant(text: str) -> str:
    """A hint for what is no code: the one that the name of a language, or a locale, stands for."""
    name = re.split(r"[-_ ]", text.lower().strip(), maxsplit=1)[0]
    code = _NAMES.get(name, name)
    return f"did you mean '{code}'?" if is_language_code(code) else ""
