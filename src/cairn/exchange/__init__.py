"""What crosses our borders? One room per standard; intake serves them all."""
