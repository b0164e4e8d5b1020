"""Laws about the code itself. A law carries good and bad lines: an example before it is a wall.

A law is a function of a source that yields (line, what is wrong); its docstring says why. `@law(good=[…], bad=[…])`
declares it, `checked(…)` makes the two tests of it. `test_csp.py` is a short one to begin with.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).parents[2]
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Source:
    """One file: its path from the top of the checkout, its text and, for Python, its tree."""

    path: str
    text: str

    def __hash__(self) -> int:
        return hash(self.path)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def _by_kind(self) -> dict[type[ast.AST], list[ast.AST]]:
        """Every node of the tree by its kind: walked once, asked by many laws."""
        found = defaultdict(list)
        for node in ast.walk(self.tree):
            found[type(node)].append(node)
        return found

    def nodes(self, *kinds: type[Node]) -> Iterator[Node]:
        """Every node of these kinds, wherever it stands."""
        return chain.from_iterable(self._by_kind.get(kind, ()) for kind in kinds)

    def lower(self) -> "Source":
        return Source(self.path, self.text.lower())

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def module(self) -> str:
        """The dotted name: guanjia.desk.services for guanjia/desk/services/__init__.py as well."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        """What a relative import starts from."""
        return self.module if self.path.endswith("/__init__.py") else self.module.rpartition(".")[0]

    @property
    def room(self) -> str:
        """The package below guanjia that it belongs to, or ""."""
        parts = self.path.split("/")
        return parts[1].removesuffix(".py") if parts[0] == "guanjia" and len(parts) > 1 else ""

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of each imported module or name, relative ones written out."""
        yield from imports_of(self.nodes(ast.Import, ast.ImportFrom), self.package)


def imports_of(nodes: Iterable[ast.AST], package: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of what is imported among `nodes`; relative imports are written out from `package`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")
            start = above[: len(above) - node.level + 1] if node.level else []
            base = ".".join([*start, *filter(None, [node.module])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def lazy_imports(source: Source) -> Iterator[tuple[str, int, str]]:
    """(function, line, name) of imports that stand inside a function."""
    for function in source.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        for line, name in imports_of(ast.walk(function), source.package):
            yield function.name, line, name


# -- what there is to read --------------------------------------------------------------------------------------------


@cache
def files(*suffixes: str, under: str = "guanjia") -> tuple[Source, ...]:
    """The files below a folder of the checkout, without what machines wrote there."""
    top = ROOT / under
    found = [top] if top.is_file() else sorted(top.rglob("*"))
    return tuple(
        Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in found
        if path.is_file() and path.name.endswith(suffixes) and "__pycache__" not in path.parts
    )


def python() -> tuple[Source, ...]:
    return files(".py")


def templates() -> tuple[Source, ...]:
    return tuple(source for source in files(".html", ".txt", ".svg", ".xml") if "/templates/" in source.path)


# -- laws -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Law:
    find: Callable[[Source], Iterable[tuple[int, str]]]
    where: Callable[[Source], bool]
    read: Callable[[], Iterable[Source]]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    example: str
    but: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.find.__name__

    def broken(self) -> list[str]:
        """ "path:line what" of every breach, and of every exception that nothing needs any more."""
        breaches, needed = [], set()
        for source in self.read():
            if not self.where(source):
                continue
            for line, what in self.find(source):
                excuse = next((place for place in self.but if f"{source.path} {what}".startswith(place)), None)
                needed.add(excuse)
                if excuse is None:
                    breaches.append(f"{source.path}:{line} {what}")
        return breaches + [f"no longer needed: {place}" for place in self.but if place not in needed]

    def sees(self, text: str) -> list[tuple[int, str]]:
        source = Source(self.example, text)
        assert self.where(source), f"the example's path {self.example} is outside of the law"
        return list(self.find(source))


def law(
    *,
    good: list[str],
    bad: list[str],
    where: Callable[[Source], bool] = lambda source: True,
    read: Callable[[], Iterable[Source]] = python,
    example: str = "guanjia/desk/selectors.py",
    but: dict[str, str] | None = None,
) -> Callable[[Callable], Law]:
    """`but` maps the beginning of "path what" to the reason why it may stand there."""

    def declare(find: Callable) -> Law:
        return Law(find, where, read, tuple(good), tuple(bad), example, but or {})

    return declare


def checked(*laws: Law) -> tuple[Callable, Callable]:
    """Two tests: the code keeps the laws; each law passes its good examples and sees each bad one."""

    @pytest.mark.parametrize("law", laws, ids=str)
    def test_kept(law: Law) -> None:
        broken = law.broken()
        assert not broken, f"{law.find.__doc__}\n  " + "\n  ".join(broken)

    @pytest.mark.parametrize("law", laws, ids=str)
    def test_examples(law: Law) -> None:
        assert law.good, "a law without good lines is only a wall"
        assert law.bad, "a law without bad lines may be blind"
        for text in law.good:
            assert not law.sees(text), f"a good line was refused: {text}"
        for text in law.bad:
            assert law.sees(text), f"a bad line was not seen: {text}"

    return test_kept, test_examples
