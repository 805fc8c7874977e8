"""What has each student mastered? Decided from evidence by the policy in force, in the transaction that records it."""
