"""Many areas at once: spread, funnels, ranks, many tests."""
