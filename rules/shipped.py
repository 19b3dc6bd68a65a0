"""The one place that reads files: data that is shipped with this package."""

from importlib import resources


def shipped_texts(folder: str) -> dict[str, str]:
    """The YAML texts of a folder of this package, by file name, in order of their names."""
    entries = sorted((resources.files("rules") / folder).iterdir(), key=lambda entry: entry.name)
    return {entry.name: entry.read_text("utf-8") for entry in entries if _is_yaml(entry.name)}


def _is_yaml(name: str) -> bool:
    return name.endswith(".yaml")
