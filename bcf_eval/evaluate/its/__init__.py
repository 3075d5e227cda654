"""Did it change? Every fit of every board, and what stands beside it."""
