"""What do the data say about every board? ``data_clean`` in, results out."""
