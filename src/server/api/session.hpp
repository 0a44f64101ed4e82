// Who is signed in with a password: sessions in memory, and the brake on guessing. A restart signs everybody
// out; what is kept on the disk is the users alone. Used on the api thread only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ziptone::api {

// argon2id (RFC 9106) over 64 MiB, encoded; tenths of a second: never on the api thread.
std::string hash_password(const std::string& password);
// Takes as long for a user who is not there (empty hash) as for one who is.
bool password_fits(const std::string& hash, const std::string& password);
// Ten characters (bytes of UTF-8) to 200, and not the sign-in name.
base::Result<> password_rules(const std::string& sign_in, const std::string& password);

class Sessions {
 public:
  static constexpr base::Duration kIdleMax = base::seconds{10 * 3600};
  static constexpr base::Duration kAgeMax = base::seconds{16 * 3600};  // a long shift

  // The secret that the cookie carries; what is kept is its SHA-256.
  std::string open(const std::string& user, base::Instant now);
  // Whose it is, unless it has ended or nobody's; counts as use.
  std::optional<std::string> user_of(const std::string& secret, base::Instant now);
  void close(const std::string& secret);
  void close_all_of(const std::string& user);
  std::size_t size() const { return open_.size(); }

 private:
  struct One {
    std::string user;
    base::Instant opened, used;
  };
  std::map<std::string, One> open_;  // by hash
};

// Failed sign-ins by name and by address. From the sixth of a name (the 51st of an address, where many may
// sit behind one) each is followed by a wait that doubles, from one second to fifteen minutes.
class Brake {
 public:
  // How long to wait before the next try; zero: it may be made, and counts as failed until clear().
  base::Duration attempt(const std::string& sign_in, const std::string& address, base::Instant now);
  // The try that was made was right.
  void clear(const std::string& sign_in, const std::string& address);

 private:
  struct Failures {
    int count = 0;
    base::Instant last{}, until{};
  };
  base::Duration left(const std::string& key, base::Instant now) const;
  void count(const std::string& key, int free, base::Instant now);
  std::map<std::string, Failures> failures_;
};

}  // namespace ziptone::api
