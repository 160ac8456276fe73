"""`./run bench`: the pages; `./run bench messages`: the sending of messages."""

import sys

from bench import messages, pages

if __name__ == "__main__":
    if sys.argv[1:2] == ["messages"]:
        del sys.argv[1]
        messages.main()
    else:
        pages.main()
