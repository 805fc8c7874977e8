"""Does a framework stand in our tables as it was meant?"""
