"""`python -m dlcourse` and the `dlcourse` command."""

from dlcourse.cli import main

if __name__ == "__main__":
    main()
