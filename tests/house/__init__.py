"""Does the house keep its own rules? Sizes, questions, fields, pages, doors, locks and words, judged on every run."""
