"""Is the program put together right?"""
