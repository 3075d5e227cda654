"""What does each return say? One recipe a return."""
