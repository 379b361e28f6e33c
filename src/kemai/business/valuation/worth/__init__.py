"""What customers are worth: the value kinds, the models behind them, and what people enter for them."""
