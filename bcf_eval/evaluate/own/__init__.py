"""Did a researcher's own series change?"""
