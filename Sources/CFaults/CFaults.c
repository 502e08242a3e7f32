#if defined(__linux__)

#include "Internal.h"

#define DEFINE(name) _Atomic(void *) real_##name;
FOR_EACH_REAL(DEFINE);

void *real(_Atomic(void *) *known, const char *name) {
  void *function = atomic_load_explicit(known, memory_order_relaxed);
  if (function == NULL) {
    function = dlsym(RTLD_NEXT, name);
    atomic_store_explicit(known, function, memory_order_relaxed);
  }
  return function;
}

// Written once, before the program's own code runs.
static char folder[PATH_MAX];
size_t folder_length;
static unsigned kinds;
uint64_t from, until;
static enum action action;
int failure;
static const char *only;
int record = -1;
static struct cfaults_report own_report;
static struct cfaults_report *report = &own_report;
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
  only = getenv("KITH_FAULTS_FILE");
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

const char *below_of_file(int file, char space[PATH_MAX]) {
  if (folder_length == 0 || file < 0) return NULL;
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, space, PATH_MAX - 1);
  if (length < 0) return NULL;
  space[length] = 0;
  return below(space);
}

const char *below_of_path(int directory, const char *path, char space[PATH_MAX]) {
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

_Noreturn void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

enum action due(unsigned kind, const char *path, bool *is_first) {
  int index = __builtin_ctz(kind);
  __atomic_add_fetch(&report->calls[index], 1, __ATOMIC_RELAXED);
  *is_first = false;
  if ((kinds & kind) == 0 || (only != NULL && strcmp(only, path) != 0)) return NOTHING;
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

void lock(void) {
  if (record < 0) return;
  while (atomic_flag_test_and_set_explicit(&recording, memory_order_acquire)) {}
}

void unlock(void) {
  if (record >= 0) atomic_flag_clear_explicit(&recording, memory_order_release);
}

void note(
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

int failed(unsigned kind, const char *path) {
  lock();
  note(kind, failure, path, NULL, 0, NULL, 0);
  unlock();
  errno = failure;
  return -1;
}

#endif
