"""The chapters as one JSON file, because a process should not spend a third of a second on YAML each time it starts.

The file carries the digest of the chapters it was made from. When a chapter has been edited since, the digest no longer
fits and the YAML is read: slower, never stale. `python -m guanjia.rulebook.catalogue` makes the file anew.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
COMPILED = HERE / "catalogue.json"

# libyaml is ten times faster than the reader in pure Python, which does as well.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def chapters(names: tuple[str, ...]) -> dict[str, Any]:
    """What stands in each of the named YAML files, by name."""
    texts = {name: (HERE / f"{name}.yaml").read_bytes() for name in names}
    if COMPILED.exists():
        compiled = json.loads(COMPILED.read_bytes())
        if compiled["digest"] == digest(texts):
            return compiled["chapters"]
    return parsed(texts)


def parsed(texts: dict[str, bytes]) -> dict[str, Any]:
    """The same read from YAML."""
    return {name: yaml.load(text, Loader=Loader) for name, text in texts.items()}


def digest(texts: dict[str, bytes]) -> str:
    """A fingerprint of names and contents; line ends do not count, checkouts change them."""
    seen = sha256()
    for name, text in sorted(texts.items()):
        seen.update(name.encode() + b"\0" + text.replace(b"\r\n", b"\n") + b"\0")
    return seen.hexdigest()


def compile_chapters(names: tuple[str, ...]) -> Path:
    """Write the compiled file; returns its path."""
    texts = {name: (HERE / f"{name}.yaml").read_bytes() for name in names}
    content = {"digest": digest(texts), "chapters": parsed(texts)}
    COMPILED.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return COMPILED
