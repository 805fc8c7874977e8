"""What is Cairn? One learner record that belongs to the student."""
