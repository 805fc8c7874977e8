"""What do the pages of every audience share? Frame, words, levels, errors and the parts that are drawn on many pages."""
