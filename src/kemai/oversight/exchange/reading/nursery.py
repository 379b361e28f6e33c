"""Has everything that reading needs loaded, and forks a reader a file: `python -m …nursery FD`.

Loading costs a reader half a second, more than most files take. The nursery opens no file itself: it forks a guardian for
each request, which forks the reader, tells its number and, when it has ended, how. It ends with the process it serves.
"""

import gc
import os
import signal
import socket
import sys

import pyarrow as pa

from kemai.oversight.exchange.reading import (  # noqa: F401  loaded here so that no reader has to
    child,
    delimited,
    old_workbook,
    sniff,
    writing,
)
from kemai.oversight.exchange.reading.workbook import book  # noqa: F401

_DIED = 70


def serve(control: socket.socket) -> None:
    """Answer until the other side is gone; each request brings the reader's input, its output and where to tell its end."""
    pa.array(["warm"])  # the first look at a list of Python's makes Arrow load pandas
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # guardians are nobody's to wait for
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    while True:
        word, descriptors, _, _ = socket.recv_fds(control, 1, 3)
        if not word:
            return
        if os.fork() == 0:
            control.close()
            os._exit(_guard(*descriptors))
        for descriptor in descriptors:
            os.close(descriptor)


def _guard(asked: int, answers: int, end: int) -> int:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    reader = os.fork()
    if reader == 0:
        os.close(end)
        os._exit(_read(asked, answers))
    os.close(asked)
    os.close(answers)
    os.write(end, f"{reader}\n".encode())
    _, how = os.waitpid(reader, 0)
    os.write(end, f"{os.waitstatus_to_exitcode(how)}\n".encode())
    return 0


def _read(asked: int, answers: int) -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(asked, 0)
    os.dup2(answers, 1)
    os.close(asked)
    os.close(answers)
    sys.stdin, sys.stdout = os.fdopen(0, encoding="utf-8"), os.fdopen(1, "w", encoding="utf-8")
    try:
        code = child.main()
        sys.stdout.flush()
    except BaseException:
        return _DIED
    return code


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
