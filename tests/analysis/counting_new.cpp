// Replaces the global operator new of a test program by one that counts. In a file of its own, so that the
// compiler does not see through half of the pair.
#include <cstdlib>
#include <new>

namespace ziptone::analysis {
namespace {
std::size_t count = 0;
}
std::size_t allocations() { return count; }
void counted() { ++count; }
}  // namespace ziptone::analysis

void* operator new(std::size_t size) {
  ziptone::analysis::counted();
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc{};
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
