"""Is a change local? Boards beside their region, their neighbours, and others."""
