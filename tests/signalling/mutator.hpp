// Spoils SIP messages, the same way for the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace ziptone::signalling::test {

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}
  // One to four faults of: flipped bits, bytes overwritten or inserted (NUL, odd UTF-8, quotes), pieces cut,
  // doubled or moved, headers doubled, removed or swapped, a lying Content-Length or other number, a huge
  // header, a cut end, another message's tail. At most `limit` bytes.
  std::string spoil(std::string message, const std::vector<std::string>& corpus, std::size_t limit);
  std::size_t below(std::size_t end);  // 0 for an end of 0
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

 private:
  void bits(std::string& m);
  void bytes(std::string& m);
  void pieces(std::string& m);
  void headers(std::string& m);
  void numbers(std::string& m);
  void huge(std::string& m, std::size_t limit);
  std::mt19937_64 random_;
};

// Well-formed messages of every kind that the listeners take, for servers where the torture messages are
// absent too.
std::vector<std::string> valid_messages();

}  // namespace ziptone::signalling::test
