"""What can be learned? Frameworks as CASE shapes them, their scales, and the rule by which scores become a level."""
