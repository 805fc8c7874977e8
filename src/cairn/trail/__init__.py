"""What changed, and who looked? The append-only history, written by everything that writes."""
