"""The locks: every package exactly, with hashes, from nowhere in particular; and nothing from npm."""

import re

import pytest

from tests.tidy.laws import ROOT

LOCKS = sorted(ROOT.glob("requirements*.lock"))


def pins(text: str) -> dict[str, str]:
    """Normalised name -> the whole entry, hashes included."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text))
    named = ((re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", entry), entry) for entry in entries if entry.strip())
    return {normal(match[1]) if match else entry.split()[0]: entry for match, entry in named}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def faults(text: str) -> list[str]:
    """What keeps a lock from being exact, whole and free of addresses."""
    found = [f"an address: {line.strip()}" for line in text.splitlines() if re.search(r"://|^\s*-{1,2}(?:index|extra|find|trusted)", line)]
    for name, entry in pins(text).items():
        if "==" not in entry.split("--hash")[0]:
            found.append(f"{name} is not pinned")
        if "--hash=sha256:" not in entry:
            found.append(f"{name} has no hash")
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_is_exact(lock):
    assert faults(lock.read_text()) == []


@pytest.mark.parametrize("wanted", sorted(ROOT.glob("requirements*.in")), ids=lambda path: path.name)
def test_a_lock_holds_all_that_is_wanted(wanted):
    names = {normal(name) for name in re.findall(r"(?m)^([A-Za-z0-9][\w.-]*)", wanted.read_text())}
    assert names - set(pins(wanted.with_suffix(".lock").read_text())) == set()


def test_nothing_comes_from_npm():
    assert [path.name for path in ROOT.glob("package*.json")] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("django>=5.2 \\\n    --hash=sha256:ab\n", "django>=5.2 is not pinned"),
        ("django==5.2.1\n", "django has no hash"),
        ("--find-links https://example.org/simple\n", "an address"),
        ("django @ https://example.org/django.whl --hash=sha256:ab\n", "an address"),
    ],
)
def test_a_fault_is_seen(text, fault):
    assert any(found.startswith(fault) for found in faults(text))


def test_a_good_lock_passes():
    one = "# by scripts/lock\ndjango==5.2.1 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\n"
    assert faults(one + "psycopg[binary]==3.2 --hash=sha256:ef\n") == []
