"""What do we know? Tables an analyst can read and edit, and :mod:`~bcf_eval.catalogue.load` that reads them."""
