// Faults for a program under test, by LD_PRELOAD on Linux: this library stands between a process and the C library's
// calls that change files. Nothing links it, and it has no functions to call: the environment says what to do, and
// KithTesting (FaultPlan) writes that environment and reads what comes of it.
//
//   KITH_FAULTS_FOLDER   only files below this folder are looked at; without it the library does nothing
//   KITH_FAULTS_KINDS    sum of the CFAULTS_ kinds below that are counted towards FROM and UNTIL
//   KITH_FAULTS_FILE     count only calls on this file, by its path below the folder; default: all
//   KITH_FAULTS_FROM     the first of these calls at which ACTION happens, counted from 1
//   KITH_FAULTS_UNTIL    the last one; default: all that follow
//   KITH_FAULTS_ACTION   kill: SIGKILL before the call
//                        tear: SIGKILL after half of the bytes of a write, or right after any other call
//                        stop: SIGSTOP before the call, which goes on with SIGCONT
//                        a number: the call fails with that errno; the first write that fails of several is a short
//                        one before, as on a disk that has just become full
//   KITH_FAULTS_REPORT   a file of at least CFAULTS_REPORT_SIZE bytes: a cfaults_report, kept up to date, so that it
//                        is there after a SIGKILL as well
//   KITH_FAULTS_RECORD   a file outside of the folder to which every change is appended: a cfaults_entry each, then
//                        its path, its second path and its bytes. What the program says on stderr is recorded, too.

#ifndef CFAULTS_H
#define CFAULTS_H

#include <stdint.h>

enum {
  CFAULTS_WRITE = 1,
  CFAULTS_TRUNCATE = 2,
  CFAULTS_SYNC = 4,
  CFAULTS_RENAME = 8,
  CFAULTS_UNLINK = 16,
  CFAULTS_CREATE = 32,
  CFAULTS_READ = 64,
  // A pause of the program (usleep, nanosleep): it waits for somebody. Of the whole process, not of a folder.
  CFAULTS_WAIT = 128,
  // Only in recordings: words on stderr.
  CFAULTS_SAY = 256,
};

enum { CFAULTS_KINDS = 8, CFAULTS_REPORT_SIZE = 4096, CFAULTS_WHAT_SIZE = 512 };

struct cfaults_report {
  // Calls by kind, in the order of the kinds.
  uint64_t calls[CFAULTS_KINDS];
  // Calls of the kinds asked for.
  uint64_t counted;
  // How often ACTION happened.
  uint64_t fired;
  // The call at which it happened first: its kind's name and its path below the folder.
  char what[CFAULTS_WHAT_SIZE];
};

struct cfaults_entry {
  uint32_t kind;
  // 0, or the errno that the call was made to fail with.
  int32_t error;
  // Where a write begins; the new size of a truncated file.
  uint64_t offset;
  uint32_t path_length;
  uint32_t second_path_length;
  uint64_t byte_count;
};

#endif
