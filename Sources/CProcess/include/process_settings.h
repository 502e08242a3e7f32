#ifndef KITH_PROCESS_SETTINGS_H
#define KITH_PROCESS_SETTINGS_H

#include <openssl/crypto.h>
#if defined(__linux__)
#include <malloc.h>
#endif

/// Has buffers of a megabyte and more given back to the system as soon as they are freed. By itself the GNU library
/// raises that bound with each of them and takes them from the heap, whose holes stay with the process
/// (https://man7.org/linux/man-pages/man3/mallopt.3.html, M_MMAP_THRESHOLD). Where it is not known, nothing changes.
static inline void kith_give_back_large_buffers(void) {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

/// Leaves OpenSSL as it is when the process ends. By itself it takes its tables away in an exit handler, while the thread
/// of a transfer may still say good-bye to a server over an encrypted connection, which then crashes. Has an effect only
/// before anything else calls OpenSSL
/// (https://docs.openssl.org/3.0/man3/OPENSSL_init_crypto/, OPENSSL_INIT_NO_ATEXIT).
static inline void kith_keep_cryptography(void) { OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL); }

#endif
