"""How do sheets that people keep come in: scores, plans, ties and levels, in whatever columns they have?"""
