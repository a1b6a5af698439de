"""Mark submissions: take a student's answers, put them into the instructor's own lab, run that, report."""
