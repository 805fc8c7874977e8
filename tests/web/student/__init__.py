"""Do these pages say what they must?"""
