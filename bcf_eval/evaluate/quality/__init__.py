"""Are the data in order?"""
