"""Pure numbers: arrays in, a frozen dataclass out; no area, no file, no data frame."""
