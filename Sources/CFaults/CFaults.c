#if defined(__linux__)

#define _GNU_SOURCE
#include "CFaults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// The calls of the C library. No call of this library goes through its own wrappers, so none comes back to it.
#define REAL(type, name) ((type)real(&real_##name, #name))
#define FOR_EACH_REAL(do) \
  do(write) do(pwrite64) do(writev) do(pwritev) do(ftruncate64) do(truncate64) do(fsync) do(fdatasync) do(rename) \
  do(renameat) do(renameat2) do(unlink) do(unlinkat) do(open64) do(openat64) do(read) do(pread64) do(usleep) \
  do(nanosleep)
#define DECLARE(name) static _Atomic(void *) real_##name;
FOR_EACH_REAL(DECLARE)

static void *real(_Atomic(void *) *known, const char *name) {
  void *function = atomic_load_explicit(known, memory_order_relaxed);
  if (function == NULL) {
    function = dlsym(RTLD_NEXT, name);
    atomic_store_explicit(known, function, memory_order_relaxed);
  }
  return function;
}

typedef ssize_t (*write_type)(int, const void *, size_t);
typedef ssize_t (*pwrite_type)(int, const void *, size_t, off_t);
typedef ssize_t (*writev_type)(int, const struct iovec *, int);
typedef ssize_t (*pwritev_type)(int, const struct iovec *, int, off_t);
typedef int (*ftruncate_type)(int, off_t);
typedef int (*truncate_type)(const char *, off_t);
typedef int (*sync_type)(int);
typedef int (*rename_type)(const char *, const char *);
typedef int (*renameat_type)(int, const char *, int, const char *);
typedef int (*renameat2_type)(int, const char *, int, const char *, unsigned int);
typedef int (*unlink_type)(const char *);
typedef int (*unlinkat_type)(int, const char *, int);
typedef int (*open_type)(const char *, int, ...);
typedef int (*openat_type)(int, const char *, int, ...);
typedef ssize_t (*read_type)(int, void *, size_t);
typedef ssize_t (*pread_type)(int, void *, size_t, off_t);
typedef int (*usleep_type)(useconds_t);
typedef int (*nanosleep_type)(const struct timespec *, struct timespec *);

enum action { NOTHING, KILL, TEAR, STOP, FAIL };

// Written once, before the program's own code runs.
static char folder[PATH_MAX];
static size_t folder_length;
static unsigned kinds;
static uint64_t from, until;
static enum action action;
static int failure;
static int record = -1;
static struct cfaults_report own_report;
static struct cfaults_report *report = &own_report;
// Keeps a change and its entry in the recording together.
static atomic_flag recording = ATOMIC_FLAG_INIT;

static const char *const names[CFAULTS_KINDS] = {"write",  "truncate", "sync", "rename",
                                                 "unlink", "create",   "read", "wait"};

static uint64_t number(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text != NULL && *text != 0 ? strtoull(text, NULL, 10) : otherwise;
}

__attribute__((constructor)) static void begin(void) {
#define RESOLVE(name) real(&real_##name, #name);
  FOR_EACH_REAL(RESOLVE)
  const char *path = getenv("KITH_FAULTS_REPORT");
  if (path != NULL) {
    int file = REAL(open_type, open64)(path, O_RDWR | O_CLOEXEC);
    void *memory = file < 0 ? MAP_FAILED : mmap(NULL, CFAULTS_REPORT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) report = memory;
    if (file >= 0) close(file);
  }
  path = getenv("KITH_FAULTS_RECORD");
  if (path != NULL) record = REAL(open_type, open64)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  kinds = (unsigned)number("KITH_FAULTS_KINDS", 0);
  from = number("KITH_FAULTS_FROM", 1);
  until = number("KITH_FAULTS_UNTIL", UINT64_MAX);
  const char *word = getenv("KITH_FAULTS_ACTION");
  if (word == NULL || *word == 0) action = NOTHING;
  else if (strcmp(word, "kill") == 0) action = KILL;
  else if (strcmp(word, "tear") == 0) action = TEAR;
  else if (strcmp(word, "stop") == 0) action = STOP;
  else {
    action = FAIL;
    failure = atoi(word);
  }
  path = getenv("KITH_FAULTS_FOLDER");
  if (path == NULL || realpath(path, folder) == NULL) return;
  folder_length = strlen(folder);
}

// What lies below the folder, and NULL for all else. `.` stands for the folder itself.
static const char *below(const char *path) {
  if (strncmp(path, folder, folder_length) != 0) return NULL;
  if (path[folder_length] == 0) return ".";
  return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static const char *below_of_file(int file, char space[PATH_MAX]) {
  if (folder_length == 0 || file < 0) return NULL;
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, space, PATH_MAX - 1);
  if (length < 0) return NULL;
  space[length] = 0;
  return below(space);
}

static const char *below_of_path(int directory, const char *path, char space[PATH_MAX]) {
  if (folder_length == 0 || path == NULL) return NULL;
  if (path[0] == '/') return below(path);
  if (directory == AT_FDCWD) {
    if (getcwd(space, PATH_MAX) == NULL) return NULL;
  } else {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    ssize_t length = readlink(link, space, PATH_MAX - 1);
    if (length < 0) return NULL;
    space[length] = 0;
  }
  if (strncmp(path, "./", 2) == 0) path += 2;
  size_t used = strlen(space);
  if (used + strlen(path) + 2 > PATH_MAX) return NULL;
  space[used] = '/';
  strcpy(space + used + 1, path);
  return below(space);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// Counts a call and does what is due before it. The answer is what is due to the call itself: NOTHING, TEAR or FAIL.
static enum action due(unsigned kind, const char *path, bool *is_first) {
  int index = __builtin_ctz(kind);
  __atomic_add_fetch(&report->calls[index], 1, __ATOMIC_RELAXED);
  *is_first = false;
  if ((kinds & kind) == 0) return NOTHING;
  uint64_t count = __atomic_add_fetch(&report->counted, 1, __ATOMIC_RELAXED);
  if (action == NOTHING || count < from || count > until) return NOTHING;
  *is_first = count == from;
  if (count == from) snprintf(report->what, CFAULTS_WHAT_SIZE, "%s %s", names[index], path);
  __atomic_add_fetch(&report->fired, 1, __ATOMIC_RELEASE);
  if (action == KILL) die();
  if (action == STOP) {
    kill(getpid(), SIGSTOP);
    return NOTHING;
  }
  return action;
}

static void lock(void) {
  if (record < 0) return;
  while (atomic_flag_test_and_set_explicit(&recording, memory_order_acquire)) {}
}

static void unlock(void) {
  if (record >= 0) atomic_flag_clear_explicit(&recording, memory_order_release);
}

// Appends to the recording; the caller holds the lock.
static void note(
    unsigned kind, int error, const char *path, const char *second, uint64_t offset, const void *bytes, size_t count) {
  if (record < 0) return;
  int saved = errno;
  struct cfaults_entry entry = {.kind = kind, .error = error, .offset = offset, .byte_count = count};
  entry.path_length = (uint32_t)strlen(path);
  entry.second_path_length = second != NULL ? (uint32_t)strlen(second) : 0;
  struct iovec parts[4] = {{&entry, sizeof entry},
                           {(void *)path, entry.path_length},
                           {(void *)second, entry.second_path_length},
                           {(void *)bytes, count}};
  size_t expected = sizeof entry + entry.path_length + entry.second_path_length + count;
  // A recording with a hole would prove nothing.
  if (REAL(writev_type, writev)(record, parts, 4) != (ssize_t)expected) abort();
  errno = saved;
}

static int failed(unsigned kind, const char *path) {
  lock();
  note(kind, failure, path, NULL, 0, NULL, 0);
  unlock();
  errno = failure;
  return -1;
}

// MARK: writes

static ssize_t put(int file, const void *bytes, size_t count, off_t offset, bool is_positioned) {
  return is_positioned ? REAL(pwrite_type, pwrite64)(file, bytes, count, offset)
                       : REAL(write_type, write)(file, bytes, count);
}

static ssize_t put_and_note(
    int file, const void *bytes, size_t count, off_t offset, bool is_positioned, const char *path) {
  lock();
  ssize_t written = put(file, bytes, count, offset, is_positioned);
  if (record >= 0 && written > 0) {
    off_t start = is_positioned ? offset : lseek(file, 0, SEEK_CUR) - written;
    note(CFAULTS_WRITE, 0, path, NULL, (uint64_t)start, bytes, (size_t)written);
  }
  unlock();
  return written;
}

static ssize_t write_call(int file, const void *bytes, size_t count, off_t offset, bool is_positioned) {
  char space[PATH_MAX];
  const char *path = below_of_file(file, space);
  if (path == NULL) {
    if (record < 0 || file != STDERR_FILENO || folder_length == 0) return put(file, bytes, count, offset, is_positioned);
    lock();
    ssize_t written = put(file, bytes, count, offset, is_positioned);
    if (written > 0) note(CFAULTS_SAY, 0, "", NULL, 0, bytes, (size_t)written);
    unlock();
    return written;
  }
  bool is_first;
  switch (due(CFAULTS_WRITE, path, &is_first)) {
  case TEAR:
    put_and_note(file, bytes, count / 2, offset, is_positioned, path);
    die();
  case FAIL:
    if (is_first && until > from && count > 1) {
      return put_and_note(file, bytes, count / 2, offset, is_positioned, path);
    }
    return failed(CFAULTS_WRITE, path);
  default: return put_and_note(file, bytes, count, offset, is_positioned, path);
  }
}

ssize_t write(int file, const void *bytes, size_t count) { return write_call(file, bytes, count, 0, false); }

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  return write_call(file, bytes, count, offset, true);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
  return write_call(file, bytes, count, offset, true);
}

// Of several buffers below the folder the first is written, a short write, and the caller goes on with the others: so
// that each of them is a write of its own.
static ssize_t vector_call(int file, const struct iovec *parts, int count, off_t offset, bool is_positioned) {
  char space[PATH_MAX];
  if (count > 0 && below_of_file(file, space) != NULL) {
    int first = 0;
    while (first < count - 1 && parts[first].iov_len == 0) first += 1;
    return write_call(file, parts[first].iov_base, parts[first].iov_len, offset, is_positioned);
  }
  return is_positioned ? REAL(pwritev_type, pwritev)(file, parts, count, offset)
                       : REAL(writev_type, writev)(file, parts, count);
}

ssize_t writev(int file, const struct iovec *parts, int count) { return vector_call(file, parts, count, 0, false); }

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
  return vector_call(file, parts, count, offset, true);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off_t offset) {
  return vector_call(file, parts, count, offset, true);
}

// MARK: all other changes

// Runs `call` and notes it when it succeeds.
#define CHANGE(kind, path, second, offset, call)                   \
  bool is_first;                                                   \
  enum action todo = due(kind, path, &is_first);                   \
  if (todo == FAIL) return failed(kind, path);                     \
  lock();                                                          \
  int result = call;                                               \
  if (result >= 0) note(kind, 0, path, second, offset, NULL, 0);   \
  unlock();                                                        \
  if (todo == TEAR) die();                                         \
  return result;

static int truncate_call(int file, off_t size) {
  char space[PATH_MAX];
  const char *path = below_of_file(file, space);
  if (path == NULL) return REAL(ftruncate_type, ftruncate64)(file, size);
  CHANGE(CFAULTS_TRUNCATE, path, NULL, (uint64_t)size, REAL(ftruncate_type, ftruncate64)(file, size))
}

int ftruncate(int file, off_t size) { return truncate_call(file, size); }
int ftruncate64(int file, off_t size) { return truncate_call(file, size); }

static int truncate_path_call(const char *name, off_t size) {
  char space[PATH_MAX];
  const char *path = below_of_path(AT_FDCWD, name, space);
  if (path == NULL) return REAL(truncate_type, truncate64)(name, size);
  CHANGE(CFAULTS_TRUNCATE, path, NULL, (uint64_t)size, REAL(truncate_type, truncate64)(name, size))
}

int truncate(const char *name, off_t size) { return truncate_path_call(name, size); }
int truncate64(const char *name, off_t size) { return truncate_path_call(name, size); }

static int sync_call(int file, sync_type function) {
  char space[PATH_MAX];
  const char *path = below_of_file(file, space);
  if (path == NULL) return function(file);
  CHANGE(CFAULTS_SYNC, path, NULL, 0, function(file))
}

int fsync(int file) { return sync_call(file, REAL(sync_type, fsync)); }
int fdatasync(int file) { return sync_call(file, REAL(sync_type, fdatasync)); }

static int rename_call(int old_directory, const char *old, int new_directory, const char *new, unsigned int flags) {
  char old_space[PATH_MAX], new_space[PATH_MAX];
  const char *path = below_of_path(old_directory, old, old_space);
  const char *second = below_of_path(new_directory, new, new_space);
  // The C library may lack renameat2 where the kernel has it; rename is enough for who wants no flags.
  if (path == NULL || second == NULL) {
    return flags == 0 ? REAL(renameat_type, renameat)(old_directory, old, new_directory, new)
                      : REAL(renameat2_type, renameat2)(old_directory, old, new_directory, new, flags);
  }
  CHANGE(
      CFAULTS_RENAME, path, second, 0,
      flags == 0 ? REAL(renameat_type, renameat)(old_directory, old, new_directory, new)
                 : REAL(renameat2_type, renameat2)(old_directory, old, new_directory, new, flags))
}

int rename(const char *old, const char *new) { return rename_call(AT_FDCWD, old, AT_FDCWD, new, 0); }

int renameat(int old_directory, const char *old, int new_directory, const char *new) {
  return rename_call(old_directory, old, new_directory, new, 0);
}

int renameat2(int old_directory, const char *old, int new_directory, const char *new, unsigned int flags) {
  return rename_call(old_directory, old, new_directory, new, flags);
}

static int unlink_call(int directory, const char *name, int flags) {
  char space[PATH_MAX];
  const char *path = below_of_path(directory, name, space);
  if (path == NULL) return REAL(unlinkat_type, unlinkat)(directory, name, flags);
  CHANGE(CFAULTS_UNLINK, path, NULL, 0, REAL(unlinkat_type, unlinkat)(directory, name, flags))
}

int unlink(const char *name) { return unlink_call(AT_FDCWD, name, 0); }
int unlinkat(int directory, const char *name, int flags) { return unlink_call(directory, name, flags); }

// Only opening that makes a file is a change; emptying one on the way is a truncation.
static int open_call(int directory, const char *name, int flags, mode_t mode) {
  char space[PATH_MAX];
  const char *path = NULL;
  unsigned kind = 0;
  if ((flags & O_TMPFILE) != O_TMPFILE && (flags & (O_CREAT | O_TRUNC)) != 0) {
    path = below_of_path(directory, name, space);
    bool exists = path != NULL && faccessat(directory, name, F_OK, 0) == 0;
    kind = path == NULL ? 0 : !exists && (flags & O_CREAT) ? CFAULTS_CREATE : exists && (flags & O_TRUNC) ? CFAULTS_TRUNCATE : 0;
  }
  if (kind == 0) return REAL(openat_type, openat64)(directory, name, flags, mode);
  CHANGE(kind, path, NULL, 0, REAL(openat_type, openat64)(directory, name, flags, mode))
}

#define MODE(flags)                                      \
  mode_t mode = 0;                                       \
  if (((flags) & O_CREAT) || ((flags) & O_TMPFILE) == O_TMPFILE) { \
    va_list rest;                                        \
    va_start(rest, flags);                               \
    mode = va_arg(rest, mode_t);                         \
    va_end(rest);                                        \
  }

int open(const char *name, int flags, ...) {
  MODE(flags)
  return open_call(AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...) {
  MODE(flags)
  return open_call(AT_FDCWD, name, flags, mode);
}

int openat(int directory, const char *name, int flags, ...) {
  MODE(flags)
  return open_call(directory, name, flags, mode);
}

int openat64(int directory, const char *name, int flags, ...) {
  MODE(flags)
  return open_call(directory, name, flags, mode);
}

int creat(const char *name, mode_t mode) { return open_call(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *name, mode_t mode) { return open_call(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

// MARK: moments: calls that change nothing, at which a program may die, stop or be refused as well

static bool is_refused(unsigned kind, const char *path) {
  bool is_first;
  enum action todo = due(kind, path, &is_first);
  if (todo == TEAR) die();
  if (todo != FAIL) return false;
  errno = failure;
  return true;
}

ssize_t read(int file, void *bytes, size_t count) {
  char space[PATH_MAX];
  const char *path = below_of_file(file, space);
  if (path != NULL && is_refused(CFAULTS_READ, path)) return -1;
  return REAL(read_type, read)(file, bytes, count);
}

static ssize_t pread_call(int file, void *bytes, size_t count, off_t offset) {
  char space[PATH_MAX];
  const char *path = below_of_file(file, space);
  if (path != NULL && is_refused(CFAULTS_READ, path)) return -1;
  return REAL(pread_type, pread64)(file, bytes, count, offset);
}

ssize_t pread(int file, void *bytes, size_t count, off_t offset) { return pread_call(file, bytes, count, offset); }
ssize_t pread64(int file, void *bytes, size_t count, off_t offset) { return pread_call(file, bytes, count, offset); }

int usleep(useconds_t time) {
  if (folder_length > 0 && is_refused(CFAULTS_WAIT, "")) return -1;
  return REAL(usleep_type, usleep)(time);
}

int nanosleep(const struct timespec *time, struct timespec *left) {
  if (folder_length > 0 && is_refused(CFAULTS_WAIT, "")) return -1;
  return REAL(nanosleep_type, nanosleep)(time, left);
}

#endif
