"""What of all boards together? Spread, funnels, ranks and control charts."""
