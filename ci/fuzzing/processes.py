# SPDX-License-Identifier: Apache-2.0
"""Child processes, none of which outlives this script.

Each leads a session of its own. So Ctrl-C in a terminal reaches the script alone, which asks
its children to end, and a child is killed together with those that it started.
"""

import ctypes
import os
import pathlib
import signal
import subprocess
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
POLL_SECONDS = 0.02

_libc = ctypes.CDLL(None)
_started = []


class Interruptions:
    """Ctrl-C, SIGTERM and SIGHUP: KeyboardInterrupt at first, and only counted once `counting` is set."""

    def __init__(self):
        self.count = 0
        self.counting = False
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(signal_number) != signal.SIG_IGN:  # as nohup has it
                signal.signal(signal_number, self._handle)

    def _handle(self, *_):
        if not self.counting:
            raise KeyboardInterrupt
        self.count += 1


class Child:
    """A command with its output in a log."""

    def __init__(self, command, log, environment, folder):
        parent = os.getpid()

        def die_with_parent():
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # it has ended just before
                os._exit(1)

        self.log = pathlib.Path(log)
        self.began = time.monotonic()
        self._size = 0
        self._grew_at = self.began
        with open(log, "wb") as output:
            # preexec_fn is safe here: the script has no threads.
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, env=environment, cwd=folder, start_new_session=True, preexec_fn=die_with_parent)
        _started.append(self)

    def running(self):
        return self._process.poll() is None

    def code(self):
        """The exit code, or less than 0 for a signal."""
        return self._process.wait()

    def ending(self):
        code = self.code()
        return f"ended with {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"

    def send(self, signal_number):
        self._process.send_signal(signal_number)

    def kill(self):
        if self.running():  # until then its number belongs to nobody else
            os.killpg(self._process.pid, signal.SIGKILL)
        return self.code()

    def is_silent(self, seconds):
        """Whether nothing was added to its log for that long, as far as this has been asked regularly."""
        size = self.log.stat().st_size
        if size != self._size:
            self._size, self._grew_at = size, time.monotonic()
        return time.monotonic() - self._grew_at > seconds

    def wait(self, over):
        """Waits until it ends, or kills it once over() is true. Whether it ended by itself."""
        while not over():
            try:
                self._process.wait(POLL_SECONDS)
                return True
            except subprocess.TimeoutExpired:
                pass
        self.kill()
        return False


def adopt_orphans():
    """What afl-fuzz has started leads sessions of its own: if it is killed, they become children of this process."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def kill_all():
    for child in _started:
        child.kill()
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[1]
            if int(parent) == os.getpid():
                os.kill(int(stat.parent.name), signal.SIGKILL)
        except OSError:  # it has ended
            pass
