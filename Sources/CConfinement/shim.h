// Starts a program with less than its parent may do. Between fork(2) and execve(2) only C may run that asks nothing of
// the allocator or of Swift, so this one step is written here; everything around it is Swift.
//
// Landlock: https://docs.kernel.org/userspace-api/landlock.html; numbers and layouts from include/uapi/linux/landlock.h,
// repeated here because the headers of Debian are older than the kernels that people run.
// Filters of system calls: https://docs.kernel.org/userspace-api/seccomp_filter.html
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Swift reads this header without the GNU extensions of the C library.
#ifndef O_PATH
#define O_PATH 010000000
#endif

struct parvis_ruleset_attr {
  uint64_t files;
  uint64_t network;
  uint64_t scoped;
};

struct parvis_path_attr {
  uint64_t access;
  int32_t parent;
} __attribute__((packed));

// What may be allowed below a path: to run files, to write into them, to read them, to list folders.
static const uint64_t parvis_access_execute = 1 << 0;
static const uint64_t parvis_access_write = 1 << 1;
static const uint64_t parvis_access_read = 1 << 2;
static const uint64_t parvis_access_list = 1 << 3;

/// The version of Landlock in this kernel; 0 when there is none, or it is switched off.
static inline int parvis_landlock_version(void) {
  long version = syscall(444, NULL, 0, 1);
  return version > 0 ? (int)version : 0;
}

/// Whether this kernel filters system calls.
static inline int parvis_filter_available(void) {
  uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/// A new set of rules in which everything is forbidden that this kernel can forbid; -1 when it cannot be made.
static inline int parvis_ruleset_new(int version) {
  struct parvis_ruleset_attr attr = {.files = (1 << 13) - 1, .network = 3, .scoped = 3};
  if (version >= 2) attr.files |= 1 << 13;
  if (version >= 3) attr.files |= 1 << 14;
  if (version >= 5) attr.files |= 1 << 15;
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  return (int)syscall(444, &attr, size, 0);
}

/// Allows something below a path; 0, or -1 when the path is not there.
static inline int parvis_ruleset_allow(int ruleset, const char *path, uint64_t access) {
  int place = open(path, O_PATH | O_CLOEXEC);
  if (place < 0) return -1;
  struct stat facts;
  if (fstat(place, &facts) == 0 && !S_ISDIR(facts.st_mode)) access &= ~(uint64_t)parvis_access_list;
  struct parvis_path_attr attr = {.access = access, .parent = place};
  long done = syscall(445, ruleset, 1, &attr, 0);
  close(place);
  return done == 0 ? 0 : -1;
}

/// How a program is started.
typedef struct parvis_child {
  const char *program;
  char *const *arguments;
  char *const *environment;
  const char *folder;
  int input;
  int output;
  int errors;
  /// A set of rules of Landlock; -1 for none.
  int ruleset;
  int is_filtered;
  uint64_t memory;
  uint64_t address_space;
  uint64_t processor_seconds;
} parvis_child;

/// What failed before the program ran: the step, and `errno`.
typedef struct parvis_child_failure {
  int step;
  int code;
} parvis_child_failure;

enum {
  parvis_step_fork = 1,
  parvis_step_files = 2,
  parvis_step_folder = 3,
  parvis_step_limits = 4,
  parvis_step_landlock = 5,
  parvis_step_filter = 6,
  parvis_step_program = 7,
};

#define PARVIS_REFUSE(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define PARVIS_NOT(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), PARVIS_REFUSE(EPERM)
#define PARVIS_LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define PARVIS_NUMBER PARVIS_LOAD(nr)
#ifdef __x86_64__
#define PARVIS_ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define PARVIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/// Forbids what no module needs and Landlock does not cover: sockets, other processes, new processes, changed modes
/// and owners, and the doors of the kernel that would lead round the filter. A call that is not named goes through.
static inline int parvis_filter_install(void) {
  uint32_t own = (uint32_t)getpid();
  struct sock_filter rules[] = {
      PARVIS_LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PARVIS_ARCHITECTURE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      PARVIS_NUMBER,
      // The second numbering of x86-64 (x32) would lead round every number below.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      PARVIS_REFUSE(EPERM),
      PARVIS_NOT(SYS_socket), PARVIS_NOT(SYS_ptrace), PARVIS_NOT(SYS_process_vm_readv),
      PARVIS_NOT(SYS_process_vm_writev), PARVIS_NOT(SYS_tkill), PARVIS_NOT(SYS_rt_sigqueueinfo),
      PARVIS_NOT(SYS_rt_tgsigqueueinfo), PARVIS_NOT(SYS_unshare), PARVIS_NOT(SYS_setns), PARVIS_NOT(SYS_mount),
      PARVIS_NOT(SYS_umount2), PARVIS_NOT(SYS_chroot), PARVIS_NOT(SYS_pivot_root), PARVIS_NOT(SYS_bpf),
      PARVIS_NOT(SYS_perf_event_open), PARVIS_NOT(SYS_userfaultfd), PARVIS_NOT(SYS_keyctl), PARVIS_NOT(SYS_add_key),
      PARVIS_NOT(SYS_request_key), PARVIS_NOT(SYS_fchmod), PARVIS_NOT(SYS_fchmodat), PARVIS_NOT(SYS_fchown),
      PARVIS_NOT(SYS_fchownat), PARVIS_NOT(SYS_utimensat), PARVIS_NOT(SYS_setxattr), PARVIS_NOT(SYS_lsetxattr),
      PARVIS_NOT(SYS_fsetxattr), PARVIS_NOT(SYS_removexattr), PARVIS_NOT(SYS_lremovexattr),
      PARVIS_NOT(SYS_fremovexattr), PARVIS_NOT(SYS_shmget), PARVIS_NOT(SYS_msgget), PARVIS_NOT(SYS_semget),
      PARVIS_NOT(SYS_mq_open), PARVIS_NOT(SYS_setrlimit), PARVIS_NOT(SYS_open_by_handle_at),
#ifdef __x86_64__
      PARVIS_NOT(SYS_fork), PARVIS_NOT(SYS_vfork), PARVIS_NOT(SYS_chmod), PARVIS_NOT(SYS_chown),
      PARVIS_NOT(SYS_lchown), PARVIS_NOT(SYS_utime), PARVIS_NOT(SYS_utimes), PARVIS_NOT(SYS_futimesat),
#endif
      // pidfd_send_signal, io_uring_setup/enter/register, open_tree, move_mount, fsopen … fspick, pidfd_open,
      // pidfd_getfd, fchmodat2: the same numbers on every machine.
      PARVIS_NOT(424), PARVIS_NOT(425), PARVIS_NOT(426), PARVIS_NOT(427), PARVIS_NOT(428), PARVIS_NOT(429),
      PARVIS_NOT(430), PARVIS_NOT(431), PARVIS_NOT(432), PARVIS_NOT(433), PARVIS_NOT(434), PARVIS_NOT(438),
      PARVIS_NOT(452),
      // clone3: not there, so that the C library uses clone; that may make threads and nothing else.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 435, 0, 1), PARVIS_REFUSE(ENOSYS),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4), PARVIS_LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x00010000, 1, 0), PARVIS_REFUSE(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      // Signals to itself alone.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kill, 1, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
      PARVIS_LOAD(args[0]), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, own, 1, 0), PARVIS_REFUSE(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      // Limits may be asked for, not changed: the third argument, both halves, must be no address.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 6), PARVIS_LOAD(args[2]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]) + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0), PARVIS_REFUSE(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      // The end of the parent stays the end of the child.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3), PARVIS_LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_PDEATHSIG, 0, 1), PARVIS_REFUSE(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof(rules) / sizeof(rules[0]), .filter = rules};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/// A pipe that programs started later do not get: reads from the first end, writes to the second.
static inline int parvis_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

static inline int parvis_limit(int resource, uint64_t soft, uint64_t hard) {
  struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
  return setrlimit(resource, &limit);
}

/// How much a child may take. Nothing can be written to files, and no picture of its memory is kept when it crashes.
static inline int parvis_limits_set(const parvis_child *child) {
  return parvis_limit(RLIMIT_DATA, child->memory, child->memory) == 0 &&
         parvis_limit(RLIMIT_AS, child->address_space, child->address_space) == 0 &&
         parvis_limit(RLIMIT_CPU, child->processor_seconds, RLIM_INFINITY) == 0 &&
         parvis_limit(RLIMIT_FSIZE, 0, 0) == 0 && parvis_limit(RLIMIT_NOFILE, 64, 64) == 0 &&
         parvis_limit(RLIMIT_CORE, 0, 0) == 0 && parvis_limit(RLIMIT_MEMLOCK, 0, 0) == 0;
}

/// A server that runs as root: its child keeps the user, and none of what makes root more than other users. Refused in
/// some containers, which then have taken it away themselves.
static inline void parvis_capabilities_drop(void) {
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
  // SECBIT_NOROOT, SECBIT_NO_SETUID_FIXUP and SECBIT_NO_CAP_AMBIENT_RAISE, each with its lock.
  prctl(PR_SET_SECUREBITS, 0xCF, 0, 0, 0);
  syscall(SYS_capset, &head, none);
}

/// What happens between fork and execve; gives the step that failed.
static inline int parvis_child_become(const parvis_child *child, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) _exit(0);
  if (dup2(child->input, 0) < 0 || dup2(child->output, 1) < 0 || dup2(child->errors, 2) < 0) return parvis_step_files;
  // close_range(2) with CLOSE_RANGE_CLOEXEC, Linux 5.11: whatever else the parent had open.
  if (syscall(436, 3U, ~0U, 4U) != 0)
    for (int file = 3; file < 4096; file++) fcntl(file, F_SETFD, FD_CLOEXEC);
  if (chdir(child->folder) != 0) return parvis_step_folder;
  umask(077);
  setpriority(PRIO_PROCESS, 0, 5);
  if (parvis_limits_set(child) != 1) return parvis_step_limits;
  if (geteuid() == 0) parvis_capabilities_drop();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return parvis_step_landlock;
  if (child->ruleset >= 0 && syscall(446, child->ruleset, 0) != 0) return parvis_step_landlock;
  if (child->is_filtered && parvis_filter_install() != 0) return parvis_step_filter;
  execve(child->program, child->arguments, child->environment);
  return parvis_step_program;
}

/// A copy of a descriptor above those that a program begins with.
static inline int parvis_moved(int file) { return fcntl(file, F_DUPFD_CLOEXEC, 10); }

/// Starts a program; gives its id, or -1 and the step that failed. The thread that calls this must live as long as the
/// child: when it ends, the kernel ends the child.
static inline pid_t parvis_child_start(const parvis_child *plan, parvis_child_failure *failure) {
  int report[2] = {-1, -1};
  parvis_child child = *plan;
  failure->step = parvis_step_fork;
  if (parvis_pipe(report) != 0) {
    failure->code = errno;
    return -1;
  }
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid == 0) {
    parvis_child_failure found = {.step = parvis_step_files, .code = 0};
    int end = parvis_moved(report[1]);
    child.input = parvis_moved(plan->input);
    child.output = parvis_moved(plan->output);
    child.errors = parvis_moved(plan->errors);
    if (plan->ruleset >= 0) child.ruleset = parvis_moved(plan->ruleset);
    found.step = parvis_child_become(&child, parent);
    found.code = errno;
    ssize_t written = write(end, &found, sizeof found);
    (void)written;
    _exit(127);
  }
  int code = errno;
  close(report[1]);
  failure->code = code;
  if (pid > 0) {
    ssize_t got;
    do got = read(report[0], failure, sizeof *failure);
    while (got < 0 && errno == EINTR);
    // Nothing came: the pipe was closed by execve, and the program runs.
    if (got != (ssize_t)sizeof *failure) failure->step = 0;
  }
  close(report[0]);
  return pid;
}

/// Lets a child use so many more seconds of processor from now on.
static inline int parvis_child_grant(pid_t pid, uint64_t seconds) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return -1;
  struct rlimit limit = {.rlim_cur = (uint64_t)used.tv_sec + seconds, .rlim_max = RLIM_INFINITY};
  return (int)syscall(SYS_prlimit64, pid, RLIMIT_CPU, &limit, NULL);
}
