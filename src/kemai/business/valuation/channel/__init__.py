"""What hangs on dealers, and who stands behind them."""
