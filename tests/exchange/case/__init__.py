"""Do frameworks come in and go out as CASE says?"""
