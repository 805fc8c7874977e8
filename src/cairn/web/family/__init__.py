"""What does a family see of its children's records?"""
