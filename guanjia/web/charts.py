"""Where the bars and the line of a chart stand. Numbers in, places out; nothing is drawn here.

Across, places are percentages, so that a chart is as wide as its column while its letters keep their size; up and
down they are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

TOP, BOTTOM, LABELS_AT = 20, 180, 198
HEIGHT = 206
STEPS = 4
LABELS_MAX, LABELS_MAX_NARROW = 12, 6
FLOORS = (0.9, 0.8, 0.5, 0.0)


@dataclass(frozen=True)
class Bar:
    """One piece of a bar: percent across, pixels down."""

    x: str
    width: str
    y: str
    height: str
    tone: str


@dataclass(frozen=True)
class Plot:
    """Everything that the drawing needs."""

    grid: list[dict[str, Any]]
    bars: list[Bar]
    segments: list[dict[str, str]]
    points: list[dict[str, str]]
    labels: list[dict[str, Any]]


def plot(labels: Sequence[Any], bars: Sequence[Any], shares: Sequence[float | None] | None) -> Plot:
    """The places of stacked bars (`bars`: [{values, tone}]) and of a line of shares between 0 and 1 (None leaves a gap)."""
    band = 100 / len(labels) if labels else 100
    stacks = [sum(series["values"][n] for series in bars) for n in range(len(labels))]
    most = round_max(max(stacks, default=0))
    floor = floor_of(shares or [])
    return Plot(
        grid=[
            {
                "y": pixels(BOTTOM - (BOTTOM - TOP) * step / STEPS),
                "count": f"{most * step // STEPS:,}" if bars else "",
                "share": percent(floor + (1 - floor) * step / STEPS) if shares is not None else "",
            }
            for step in range(STEPS + 1)
        ],
        bars=list(_bars(bars, len(labels), band, most)),
        segments=[
            {"x1": across(n, band), "y1": level(left, floor), "x2": across(n + 1, band), "y2": level(right, floor)}
            for n, (left, right) in enumerate(pairwise(shares))
            if left is not None and right is not None
        ]
        if shares
        else [],
        points=[{"x": across(n, band), "y": level(share, floor)} for n, share in enumerate(shares or []) if share is not None],
        labels=[
            {"x": across(n, band), "text": label, "narrow": n % ceil(len(labels) / LABELS_MAX_NARROW) == 0}
            for n, label in enumerate(labels)
            if n % ceil(len(labels) / LABELS_MAX) == 0
        ],
    )


def _bars(bars: Sequence[Any], count: int, band: float, most: int) -> Any:
    for n in range(count):
        foot = float(BOTTOM)
        for series in bars:
            height = (BOTTOM - TOP) * series["values"][n] / most
            if height:
                foot -= height
                yield Bar(f"{band * (n + 0.22):.3f}%", f"{band * 0.56:.3f}%", pixels(foot), pixels(height), series.get("tone", "brand"))


def round_max(value: int) -> int:
    """The least of 4, 8, 12, 20, 40, 80, … that holds the value, so that each step of the scale is whole."""
    size = 1
    while True:
        for step in (4, 8, 12, 20):
            if value <= step * size:
                return step * size
        size *= 10


def floor_of(shares: Sequence[float | None]) -> float:
    """Where the scale of shares begins: shares near the whole are shown larger, and the scale says so."""
    least = min((share for share in shares if share is not None), default=0.0)
    return next(floor for floor in FLOORS if least >= floor)


def across(n: int, band: float) -> str:
    return f"{band * (n + 0.5):.3f}%"


def level(share: float, floor: float) -> str:
    return pixels(BOTTOM - (BOTTOM - TOP) * (share - floor) / (1 - floor))


def pixels(value: float) -> str:
    return f"{value:.1f}"


def percent(share: float) -> str:
    """97.5%, 100%: without a needless decimal."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"
