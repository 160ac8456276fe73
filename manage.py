#!/usr/bin/env python
"""The portal's command line."""

import sys

from wardportal.command_line import main

if __name__ == "__main__":
    main(sys.argv)
