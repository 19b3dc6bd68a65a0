"""How a language is named: by its code, such as en."""

import re

_CODE = re.compile(r"[a-z]{2,3}", re.ASCII)


def is_language_code(text: str) -> bool:
    """Whether a text may be the code of a language."""
    return _CODE.fullmatch(text) is not None
