"""Was a target achieved, and is that more than trend and chance?"""
