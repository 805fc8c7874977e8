"""Do these pages keep their promises?"""
