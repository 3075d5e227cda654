"""Did the Better Care Fund change anything, and did its targets mean anything?"""
