// Bearer tokens: 256 random bits in hex; the store keeps their SHA-256 only.
#pragma once

#include <string>

#include "base/result.hpp"
#include "server/api/http.hpp"
#include "server/api/session.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"
#include "server/store/users.hpp"

namespace ziptone::api {

std::string hash_of(const std::string& token);
// 32 random bytes as hex.
std::string make_token();
// Makes an administrator's token in the place of the one that new_token() made before, and writes it to
// DATA/token (0600).
base::Result<> new_token(store::Store& store, store::Reader& reader, const std::string& data_dir,
                         base::WallTime now);
// When the store knows no token yet: makes the administrator's and writes it to DATA/token.
base::Result<> ensure_token(store::Store& store, store::Reader& reader, const std::string& data_dir,
                            base::WallTime now);
// Whether request.who may do this: an administrator everything, an agent what is that agent's own, others
// nothing.
bool permitted(store::Reader& reader, const Request& request);
// The same for the session of the request's cookie, which it says in request.who. With a password that must
// be changed nothing but the session's own routes is open.
bool may_session(store::Reader& reader, store::Users& users, Sessions& sessions, Request& request,
                 base::Instant now);
// The same for a token.
bool may(store::Reader& reader, const std::string& token, Request& request, base::WallTime now);

}  // namespace ziptone::api
