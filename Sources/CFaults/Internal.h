// What the two halves of the library share: CFaults.c knows what is to happen, Calls.c stands in for the calls.

#ifndef CFAULTS_INTERNAL_H
#define CFAULTS_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
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

// The program must see the calls only, not these names.
#pragma GCC visibility push(hidden)

#define DECLARE(name) extern _Atomic(void *) real_##name;
FOR_EACH_REAL(DECLARE)

void *real(_Atomic(void *) *known, const char *name);

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

// The errno of FAIL, and the first and last call at which something happens.
extern int failure;
extern uint64_t from, until;
// Whether a recording is made, and whether there is a folder to look at.
extern int record;
extern size_t folder_length;

const char *below_of_file(int file, char space[PATH_MAX]);
const char *below_of_path(int directory, const char *path, char space[PATH_MAX]);

// Counts a call and does what is due before it. The answer is what is due to the call itself: NOTHING, TEAR or FAIL.
enum action due(unsigned kind, const char *path, bool *is_first);
_Noreturn void die(void);

// Keep a change and its entry in the recording together.
void lock(void);
void unlock(void);
// Appends to the recording; the caller holds the lock.
void note(
    unsigned kind, int error, const char *path, const char *second, uint64_t offset, const void *bytes, size_t count);
// Notes a call that is made to fail, and sets errno.
int failed(unsigned kind, const char *path);

#pragma GCC visibility pop

#endif
