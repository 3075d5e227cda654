"""Forecasts, chances and scores."""
