"""What people see of the marks: a table in the terminal, sheets, a page for each student, and a page of the class."""
