"""`python -m sitrep` is the command `sitrep`."""

import sys

from sitrep.cli import main

sys.exit(main())
