#include "CPhoneNumber.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace i18n {
namespace phonenumbers {
// Exported by the library without a header; weak, so that a build of it that hides them still links.
int metadata_size() __attribute__((weak));
const void *metadata_get() __attribute__((weak));
}  // namespace phonenumbers
}  // namespace i18n

extern "C" size_t kith_phone_e164(
    const char *text, size_t count, const char *region, char *out, size_t capacity) {
  const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  if (util.Parse(std::string(text, count), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
  if (!util.IsValidNumber(number)) return 0;
  std::string formatted;
  util.Format(number, PhoneNumberUtil::E164, &formatted);
  if (formatted.size() > capacity) return 0;
  std::memcpy(out, formatted.data(), formatted.size());
  return formatted.size();
}

extern "C" size_t kith_phone_metadata(const uint8_t **bytes) {
  if (!i18n::phonenumbers::metadata_size || !i18n::phonenumbers::metadata_get) return 0;
  *bytes = static_cast<const uint8_t *>(i18n::phonenumbers::metadata_get());
  return static_cast<size_t>(i18n::phonenumbers::metadata_size());
}
