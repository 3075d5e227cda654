"""Segmented regression: designs, estimators, and what they leave over."""
