// Our own bugs. VERIFY is always on: ledger, lease and pacing are never continued on a broken premise.
#pragma once

#include <cstdint>

namespace ziptone::base {

// Prints "file:line: what" on standard error and aborts.
[[noreturn]] void verify_failed(const char* what, const char* file, int line);

// A bug confined to one call: counted, the caller ends that call with outcome `failed`. Aborts in tests and
// `sim`, which set fatal_bugs(true).
void bug(const char* what, const char* file, int line);
std::uint64_t bug_count();
void fatal_bugs(bool fatal);

}  // namespace ziptone::base

#define VERIFY(condition) \
  ((condition) ? static_cast<void>(0) : ::ziptone::base::verify_failed(#condition, __FILE__, __LINE__))
#define BUG(what) ::ziptone::base::bug(what, __FILE__, __LINE__)
