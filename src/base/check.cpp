#include "base/check.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace ziptone::base {
namespace {
std::atomic<std::uint64_t> bugs{0};
std::atomic<bool> fatal{false};
}  // namespace

void verify_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: VERIFY failed: %s\n", file, line, what);
  std::abort();
}

void bug(const char* what, const char* file, int line) {
  bugs.fetch_add(1, std::memory_order_relaxed);
  if (!fatal.load(std::memory_order_relaxed)) return;
  std::fprintf(stderr, "%s:%d: BUG: %s\n", file, line, what);
  std::abort();
}

std::uint64_t bug_count() { return bugs.load(std::memory_order_relaxed); }
void fatal_bugs(bool value) { fatal.store(value, std::memory_order_relaxed); }

}  // namespace ziptone::base
