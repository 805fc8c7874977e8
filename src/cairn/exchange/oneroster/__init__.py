"""How do rosters cross the border? OneRoster 1.1 and 1.2 CSV, in and out."""
