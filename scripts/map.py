"""Draws docs/map.md from the real imports and docs/privacy.md from the models: the house as it stands.

`--check` only tells whether the drawing still shows the truth.
"""

import sys
import tomllib
from pathlib import Path

import columns
import grimp

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
MAP = CHECKOUT / "docs" / "map.md"

HEAD = """\
# The map

Drawn by `make map` from the real imports; `make tidy` fails when it is out of date. Imports and foreign keys go down;
neighbours on a floor do not know each other. To be heard further up, a room records a fact or passes a gate
(`docs/architecture.md`). The contracts that keep it so stand in `pyproject.toml`.

"""


def floors() -> list[list[str]]:
    """From the top down, as import-linter is told them; rooms that are not built yet included."""
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract.get("exhaustive"))["layers"]
    return [[room.strip().strip("()") for room in layer.split("|")] for layer in layers]


def imports(rooms: list[str]) -> set[tuple[str, str]]:
    """Pairs of an importing and an imported room."""
    graph = grimp.build_graph("guanjia")
    found = set()
    for room in rooms:
        for module in {f"guanjia.{room}", *graph.find_descendants(f"guanjia.{room}")}:
            found |= {(room, other.split(".")[1]) for other in graph.find_modules_directly_imported_by(module) if "." in other}
    return {(upper, lower) for upper, lower in found if upper != lower and lower in rooms}


def draw() -> str:
    built = [[room for room in floor if (CHECKOUT / "guanjia" / room / "__init__.py").exists()] for floor in floors()]
    rooms = [room for floor in built for room in floor]
    edges = imports(rooms)
    lines = ["```mermaid", "flowchart TD"]
    for level, floor in zip(range(len(built), 0, -1), built, strict=True):
        if floor:
            lines += [f"    subgraph floor{level}[ ]", *(f"        {room}" for room in floor), "    end"]
    # Each room sees nearly everything below; the nearest acquaintances are enough for a picture.
    for upper in rooms:
        below = [lower for lower in rooms if (upper, lower) in edges]
        direct = [room for room in below if not any((between, room) in edges for between in below)]
        lines += [f"    {upper} --> {room}" for room in direct]
    lines += ["```", "", "Who imports from whom:", ""]
    lower_rooms = [room for room in rooms if any(lower == room for _, lower in edges)]
    lines += ["| | " + " | ".join(lower_rooms) + " |", "|---|" + ":-:|" * len(lower_rooms)]
    for upper in rooms:
        lines.append(f"| **{upper}** | " + " | ".join("•" if (upper, lower) in edges else " " for lower in lower_rooms) + " |")
    waiting = [room for floor in floors() for room in floor if room not in rooms]
    if waiting:
        lines += ["", "On the plan and not built yet: " + ", ".join(waiting) + "."]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    for page, drawn in ((MAP, draw()), (CHECKOUT / "docs" / "privacy.md", columns.draw())):
        if "--check" not in sys.argv:
            page.write_text(drawn)
        elif not page.exists() or page.read_text() != drawn:
            sys.exit(f"docs/{page.name} does not show the house as it is; run `make map`.")
