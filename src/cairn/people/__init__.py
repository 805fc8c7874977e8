"""Who is who? Agencies, students, families, staff, sessions, classes, enrollments, dated ties and accounts."""
