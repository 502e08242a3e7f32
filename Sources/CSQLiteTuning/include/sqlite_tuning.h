#ifndef KITH_SQLITE_TUNING_H
#define KITH_SQLITE_TUNING_H

#include <sqlite3.h>

/// Ends SQLite's own count of the memory that it uses: it takes one lock for every allocation, and Debian's SQLite
/// allocates a lot, being built without lookaside memory. Has an effect only before the first connection is opened;
/// a wrapper, because `sqlite3_config` is variadic and cannot be called from Swift.
static inline int kith_sqlite_without_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

#endif
