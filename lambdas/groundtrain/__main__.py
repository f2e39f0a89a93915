"""`python -m groundtrain` is the command line."""

from groundtrain.cli import main

if __name__ == "__main__":
    main()
