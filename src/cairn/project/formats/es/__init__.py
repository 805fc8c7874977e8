"""Which formats does Spanish have here? See formats.py beside this file."""
