"""What do yearly counts say? Sampling, pooled lines, and targets."""
