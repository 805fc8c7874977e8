"""What is true in education? Plain functions on frozen values: no Django, no clock, no files, no chance."""
