"""Money in whole fen: rounding in one place, splitting without loss, reading and writing yuan.

Amounts are ints. Rates, areas and quotients are `Decimal` and become fen only in `round_half_up`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from unicodedata import normalize

FEN_A_YUAN = 100
AMOUNT = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)


def round_half_up(fen: Decimal) -> int:
    """The nearest whole fen; half a fen goes away from zero, so a refund mirrors its charge."""
    with localcontext(prec=max(28, len(fen.as_tuple().digits) + 2)):
        return int(fen.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def split(amount_fen: int, weights: Sequence[int | Decimal]) -> list[int]:
    """`amount_fen` in proportion to `weights`, each share cut to whole fen.

    The shares sum to the amount: what the cutting leaves over lands on the last share that has a
    weight. ValueError when there is no weight at all, or a negative one.
    """
    exact = [Decimal(weight) for weight in weights]
    total = sum(exact)
    if not total > 0 or min(exact) < 0:
        raise ValueError("weights are not negative, and some weight is needed")
    sign, amount = (-1, -amount_fen) if amount_fen < 0 else (1, amount_fen)
    with localcontext(prec=60):
        shares = [sign * int(amount * weight // total) for weight in exact]
    last = max(index for index, weight in enumerate(exact) if weight)
    shares[last] += amount_fen - sum(shares)
    return shares


def yuan(fen: int, *, grouped: bool = True) -> str:
    """123456 -> "1,234.56"; with `grouped=False` "1234.56", as files want it."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    whole, rest = divmod(fen, FEN_A_YUAN)
    return f"{sign}{whole:,}.{rest:02}" if grouped else f"{sign}{whole}.{rest:02}"


def parse_yuan(text: str) -> int:
    """The fen that "1,234.5", 「￥12」 or 「12.30元」 mean. ValueError for anything else.

    More than two decimals are refused and not rounded: nobody pays half a fen.
    """
    plain = normalize("NFKC", text).strip().removesuffix("元").strip()
    sign = ""
    if plain[:2] in ("-¥", "-￥"):
        sign, plain = "-", plain[1:]
    match = AMOUNT.fullmatch(sign + plain.removeprefix("¥").strip())
    if not match:
        raise ValueError(f"not an amount: {text!r}")
    minus, whole, rest = match.groups(default="")
    fen = int(whole.replace(",", "")) * FEN_A_YUAN + int(rest.ljust(2, "0") or 0)
    return -fen if minus else fen
