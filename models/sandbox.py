"""A process that does nothing more but compute, and read and write what it has open.

On Linux an ordinary process may give up system calls for good (seccomp); code that takes it over
lacks them, too. A list says what is allowed: memory, threads, clocks, and pipes that are open. So
it can open or change no file, make no connection, start no program and signal no process.
"""

from __future__ import annotations

import errno
import mmap
import sys

from models.errors import SandboxError

# `fcntl` and `ioctl` are left out on purpose: the first can have the system signal another process,
# the second can type into the operator's terminal.
_ALLOWED = (
    *("read", "readv", "write", "writev"),
    *("brk", "munmap", "mremap", "madvise"),
    *("futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "getpid", "gettid"),
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "getrusage"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("getrandom", "getcwd", "exit", "exit_group"),
)
_CLONE_THREAD = 0x10000


def enter_sandbox() -> None:
    """Close this process's sandbox; nothing opens it again, and threads are in it, too.

    Whatever is to be imported must be. A call that is not allowed fails with EPERM. Raises
    SandboxError when this system cannot do that.
    """
    if not sys.platform.startswith("linux"):
        raise SandboxError("only Linux can close a process in")
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError, OSError, AttributeError) as exc:
        raise SandboxError(f"libseccomp is missing ({exc})") from exc
    try:
        rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
        rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)
        for name in _ALLOWED:
            rules.add_rule(seccomp.ALLOW, name)
        # Memory, but no new code in it.
        for name in ("mmap", "mprotect"):
            no_code = seccomp.Arg(2, seccomp.MASKED_EQ, mmap.PROT_EXEC, 0)
            rules.add_rule(seccomp.ALLOW, name, no_code)
        # Threads, but no processes. The C library asks for a thread in two ways; only one shows
        # a filter what is wanted, and it is tried when the other one does not exist.
        thread = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
        rules.add_rule(seccomp.ALLOW, "clone", thread)
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
        # Its own limits, not those of the parent, whose user is the same.
        rules.add_rule(seccomp.ALLOW, "prlimit64", seccomp.Arg(0, seccomp.EQ, 0))
        rules.load()
    except OSError as exc:
        raise SandboxError(f"the system does not filter its calls ({exc.strerror})") from exc
