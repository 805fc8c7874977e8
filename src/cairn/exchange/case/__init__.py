"""How do competency frameworks come in and go out as CASE packages?"""
