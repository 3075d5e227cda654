"""What stands on the sheets of a quarterly return? Labels found, answers and figures read."""
