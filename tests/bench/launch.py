"""Runs a command and prints its exit code, s of wall time, s of processor time and MB of memory as the last line of standard error.

A process of its own, and small: the system counts the memory of whoever starts a program as the program's.
"""
import os
import sys
import time

begin = time.monotonic()
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(process, 0)
print(os.waitstatus_to_exitcode(status), time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, file=sys.stderr)
