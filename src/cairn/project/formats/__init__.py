"""How are numbers and times written here? As readers in the United States expect, in Spanish too."""
