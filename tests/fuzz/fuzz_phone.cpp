// Any bytes as a telephone number, in any country: never a crash, and what is accepted is a number of the
// plan that survives being stored.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "phone/destination.hpp"
#include "phone/number.hpp"

using namespace ziptone;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto country = phone::parse_country(bytes.substr(0, 2));
  const std::string_view text = bytes.substr(2);
  const auto number = phone::parse(text, country ? *country : phone::kNoCountry);
  const auto stored = phone::from_e164(text);
  if (stored) VERIFY(phone::to_e164(*stored) == text);
  if (!number) return 0;
  VERIFY(phone::valid(*number));
  VERIFY(phone::country_of(*number));
  const std::string e164 = phone::to_e164(*number);
  VERIFY(phone::from_e164(e164) == *number);
  VERIFY(phone::valid(*phone::parse(e164, phone::kNoCountry)));
  VERIFY(!phone::allowed({}, *number).allowed());
  for (const phone::ZoneId zone : phone::zones_of(*number)) VERIFY(!phone::zone_name(zone).empty());
  return 0;
}
