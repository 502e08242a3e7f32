#ifndef KITH_CPHONENUMBER_H
#define KITH_CPHONENUMBER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads a phone number as libphonenumber understands it in a region (ISO 3166 alpha-2, NUL-terminated).
/// Returns the length of the E.164 form written to `out` (no NUL), or 0 when the number is not valid there or the
/// buffer too small (16 bytes always suffice).
size_t kith_phone_e164(const char *text, size_t count, const char *region, char *out, size_t capacity);

/// The numbering plans compiled into the library: a serialised PhoneMetadataCollection (protocol buffers).
/// Returns its size and sets `bytes`, which lives as long as the process; 0 when the library does not show them.
size_t kith_phone_metadata(const uint8_t **bytes);

#ifdef __cplusplus
}
#endif

#endif
