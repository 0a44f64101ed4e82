// Text as people search it: case and accents left out, and the four letters I, ı, İ, i alike, since a Turkish
// and an English hand write the same name with different ones.
#pragma once

#include <string>
#include <string_view>

namespace ziptone::base {

// UTF-8 in, UTF-8 out; letters of Latin-1 and of Turkish lose case and accent, all else stays as it is.
std::string fold(std::string_view text);

}  // namespace ziptone::base
