"""Does each page say what it must, to whom it may, and to nobody else?"""
