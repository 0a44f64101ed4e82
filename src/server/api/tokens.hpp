// Bearer tokens: 256 random bits in hex; the store keeps their SHA-256 only.
#pragma once

#include <string>

#include "base/result.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"

namespace ziptone::api {

// What a token may do, kept as its role: read (what a supervisor of every team may see), operate (what such a
// one may do), administer (everything but tokens and users, so that nobody makes a way in that outlives it).
bool is_scope(const std::string& text);

std::string hash_of(const std::string& token);
// 32 random bytes as hex.
std::string make_token();
// Readable by its owner alone from its first byte on.
base::Result<> write_secret(const std::string& path, const std::string& text);
// Makes an administrator's token in the place of the one that new_token() made before, and writes it to
// DATA/token (0600).
base::Result<> new_token(store::Store& store, store::Reader& reader, const std::string& data_dir,
                         base::WallTime now);
// When the store knows no token yet: makes the administrator's and writes it to DATA/token.
base::Result<> ensure_token(store::Store& store, store::Reader& reader, const std::string& data_dir,
                            base::WallTime now);
}  // namespace ziptone::api
