// A cell's text.
#pragma once

#include <string_view>

namespace ziptone::store::csv {

// Without blanks at both ends: ASCII blanks, no-break space, byte order mark and zero-width space.
inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks[] = {" ", "\t", "\r", "\n", "\xC2\xA0", "\xEF\xBB\xBF", "\xE2\x80\x8B"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : kBlanks) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        again = true;
      }
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return text;
}

}  // namespace ziptone::store::csv
