"""`python -m healthlint` is the `healthlint` command."""

from healthlint.cli import main

if __name__ == "__main__":
    main()
