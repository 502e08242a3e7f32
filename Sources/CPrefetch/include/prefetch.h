#ifndef KITH_PREFETCH_H
#define KITH_PREFETCH_H

/// Asks for memory that will be read soon, without waiting for it. Any address will do, also one where nothing is
/// (https://gcc.gnu.org/onlinedocs/gcc/Other-Builtins.html, __builtin_prefetch).
static inline void kith_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
