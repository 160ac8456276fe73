"""`./run bench`: the pages; `./run bench messages`: the sending of messages; `./run bench tables`: lists as files."""

import sys

from bench import messages, pages, tables

if __name__ == "__main__":
    parts = {"messages": messages, "tables": tables}
    if sys.argv[1:2] and sys.argv[1] in parts:
        parts[sys.argv.pop(1)].main()
    else:
        pages.main()
