"""Counts of people: intervals, differences, and lines pooled over areas."""
