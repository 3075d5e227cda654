"""Did a target mean anything? Forecasts, chances, and the record that they stand on."""
