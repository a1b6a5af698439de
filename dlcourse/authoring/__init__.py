"""From a lab's one source, `solutions/labNN_name.py`, to the notebooks that students and instructors open."""
