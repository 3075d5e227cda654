"""How do raw files become tidy tables? ``data_raw`` in, ``data_clean`` out."""
