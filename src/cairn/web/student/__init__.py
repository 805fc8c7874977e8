"""What does a student see of their own record?"""
