"""How do publishers' files come into ``data_raw``, with a record of where they came from?"""
