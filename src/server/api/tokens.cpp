#include "server/api/tokens.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

constexpr const char* kFromFile = "first";  // name of the token that DATA/token has

template <std::size_t N>
std::string hex(const std::array<unsigned char, N>& bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

bool is_scope(const std::string& text) { return text == "read" || text == "operate" || text == "administer"; }

base::Result<> write_secret(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 &&
                       ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (written) return {};
  return base::error(fmt::format("can't be written: {}", std::strerror(why)), path,
                     "mend the data directory");
}

std::string hash_of(const std::string& token) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
  return hex(digest);
}

std::string make_token() {
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return hex(bytes);
}

base::Result<> new_token(store::Store& store, store::Reader& reader, const std::string& data_dir,
                         base::WallTime now) {
  const auto known = reader.tokens();
  if (!known) return tl::unexpected{known.error()};
  const std::string token = make_token();
  // The file first: a crash between the two leaves a token that opens nothing, and the next start makes
  // another.
  if (auto written = write_secret(data_dir + "/token", token + "\n"); !written) return written;
  store::TokenRecord record{0, hash_of(token), kFromFile, "administrator", {}, now, {}};
  for (const store::TokenRecord& one : *known)
    if (one.name == record.name) record.id = one.id;
  const auto kept =
      store.write_and_wait<std::uint64_t>([&](auto& db) { return store::put_token(db, record); });
  if (!kept) return tl::unexpected{kept.error()};
  return {};
}

base::Result<> ensure_token(store::Store& store, store::Reader& reader, const std::string& data_dir,
                            base::WallTime now) {
  const auto known = reader.tokens();
  if (!known) return tl::unexpected{known.error()};
  if (!known->empty()) return {};
  return new_token(store, reader, data_dir, now);
}

}  // namespace ziptone::api
