#if defined(__linux__)

#include "Internal.h"

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
    bool is_said = record >= 0 && file == STDERR_FILENO && folder_length > 0;
    if (!is_said) return put(file, bytes, count, offset, is_positioned);
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
    if (path != NULL && !exists && (flags & O_CREAT)) kind = CFAULTS_CREATE;
    if (exists && (flags & O_TRUNC)) kind = CFAULTS_TRUNCATE;
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
