"""How is an answer shown? Results in, pages out."""
