"""`./run bench`: the pages; `./run bench messages`: the sending of messages; `./run bench tables`: lists out as files;
`./run bench imports`: lists in from files; `./run bench documents`: the register of documents;
`./run bench registry`: the registry of models; `./run bench cleanups`: a year of clean-ups;
`./run bench changes`: who changed what; `./run bench reports`: a month's report."""

import sys

from bench import changes, cleanups, documents, imports, messages, pages, registry, reports, tables

if __name__ == "__main__":
    parts = {"messages": messages, "tables": tables, "imports": imports, "documents": documents, "registry": registry}
    parts |= {"cleanups": cleanups, "changes": changes, "reports": reports}
    if sys.argv[1:2] and sys.argv[1] in parts:
        parts[sys.argv.pop(1)].main()
    else:
        pages.main()
