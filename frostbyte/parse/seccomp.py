"""The system calls a parser never needs, refused by the kernel for this process and all its threads (seccomp, BPF).

The filter is a list of what is refused, not of what is allowed: onnxruntime, OpenCV and the C library change what harmless
calls they make from release to release, and a document must not fail for that. What is refused is what leads out of the
process: other programs and processes, the network, the file system's writable side, the kernel's rarely used corners.
A refused call fails with EPERM; a call for another processor architecture ends the process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_KILL_PROCESS, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h: LD|W|ABS, JMP|J*|K, RET|K
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_CLONE_THREAD = 0x00010000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | (os.O_TMPFILE & ~os.O_DIRECTORY)

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Machine to its column in the tables below and its AUDIT_ARCH value (linux/audit.h)."""

_SECCOMP = (317, 277)

REFUSED: dict[str, tuple[int | None, int | None]] = {
    # sockets: the one to the parent exists already, and is read and written with calls that need no address
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    # other programs
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "process_madvise": (440, 440),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180), "mq_unlink": (241, 181),
    # the file system's writable side; opening for writing is refused below
    "creat": (85, None), "truncate": (76, 45), "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None),
    "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36), "mknod": (133, None),
    "mknodat": (259, 33), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None),
    "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    # mounts and namespaces
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "fanotify_init": (300, 262), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    # the kernel's own affairs, and the corners where its flaws are found
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "syslog": (103, 116), "sethostname": (170, 161), "setdomainname": (171, 162),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "personality": (135, 92),
    "vmsplice": (278, 75),
}  # fmt: skip
"""Refused whatever their arguments: name to numbers on x86_64 and aarch64 (asm/unistd_64.h, asm-generic/unistd.h)."""

UNKNOWN: dict[str, tuple[int | None, int | None]] = {"clone3": (435, 435), "openat2": (437, 437)}
"""Answered as by a kernel that lacks them (ENOSYS): a filter cannot see what they are asked, and C libraries then use the older
calls, which it can."""

_OPEN, _OPENAT, _CLONE, _TGKILL, _PRLIMIT, _SENDTO = (2, None), (257, 56), (56, 220), (234, 131), (302, 261), (44, 206)


def install() -> str:
    """Have the filter applied to every thread of this process, for good. Returns what it does in a few words.

    Needs PR_SET_NO_NEW_PRIVS. Raises OSError where the kernel or the machine has no such filters.
    """
    program = filter_program(platform.machine(), os.getpid())
    libc = ctypes.CDLL(None, use_errno=True)
    column = MACHINES[platform.machine()][0]
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    failed = libc.syscall(ctypes.c_long(_SECCOMP[column]), ctypes.c_ulong(_SET_MODE_FILTER), ctypes.c_ulong(_ALL_THREADS), header)
    if failed:
        raise OSError(ctypes.get_errno() or errno.EAGAIN, "no filter of system calls")
    refused = sum(numbers[column] is not None for numbers in REFUSED.values())
    return f"{refused} system calls refused"


def filter_program(machine: str, pid: int) -> bytes:
    """The filter as struct sock_filter[] for a process with this id. Raises OSError for a machine without a table."""
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    column, architecture = MACHINES[machine]
    refuse, unknown = _RETURN, _ERRNO | errno.ENOSYS
    eperm = _ERRNO | errno.EPERM
    steps = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL_PROCESS), (_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":
        steps += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _KILL_PROCESS)]  # the x32 calls, by other numbers
    for table, answer in ((REFUSED, eperm), (UNKNOWN, unknown)):
        for numbers in table.values():
            if (number := numbers[column]) is not None:
                steps += [(_EQUAL, 0, 1, number), (refuse, 0, 0, answer)]
    for numbers, argument, test in (
        (_OPEN, 1, [(_ANY_BIT, 1, 0, _WRITING)]),
        (_OPENAT, 2, [(_ANY_BIT, 1, 0, _WRITING)]),
        (_CLONE, 0, [(_ANY_BIT, 0, 1, _CLONE_THREAD)]),
        (_TGKILL, 0, [(_EQUAL, 0, 1, pid)]),  # raising a signal in oneself is how abort() works
        (_PRLIMIT, 0, [(_EQUAL, 1, 0, 0), (_EQUAL, 0, 1, pid)]),
        (_SENDTO, 4, [(_EQUAL, 0, 1, 0)]),  # no address: the socket that is connected already
    ):
        if (number := numbers[column]) is not None:
            # Of each test the last step falls through to "allow" or jumps over it to "refuse".
            steps += [(_EQUAL, 0, 3 + len(test), number), (_LOAD, 0, 0, 16 + 8 * argument), *test]
            steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, eperm)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
