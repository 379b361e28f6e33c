"""Money at the edge: integer fen inside, Decimal yuan outside, text for people."""

from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


def yuan(fen: int) -> Decimal:
    """Fen as Decimal yuan with two decimals: 8260000 -> Decimal('82600.00')."""
    return (Decimal(fen) * FEN).quantize(FEN)


def amount_text(fen: int | None) -> str | None:
    """Fen as the text of JSON and CSV, '82600.00'; None stays None."""
    return None if fen is None else str(yuan(fen))


def wan_text(fen: int) -> str:
    """Fen in 万元 with one decimal, rounded half up, true minus sign: 826000000 -> '826.0'."""
    wan = (Decimal(fen) / 1_000_000).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{wan:,}".replace("-", "−")
