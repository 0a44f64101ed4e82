// Who is signed in with a password, and the brake on guessing. Sessions are in memory, and kept on the disk
// to outlive a restart. Used on the api thread only.
#pragma once

#include <cstdint>
#include <functional>
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
  static constexpr base::Duration kKeptAgain = base::seconds{300};     // how stale the kept use may be

  struct One {
    std::string user;
    base::Instant opened, used;
  };
  // Whoever keeps them: told of each new one, of its use now and then, and of its end. May be empty.
  struct Keeper {
    std::function<void(const std::string& hash, const One& one)> keep;
    std::function<void(const std::string& hash)> forget;
  };
  void kept_by(Keeper keeper) { keeper_ = std::move(keeper); }
  // One that was kept, at the start.
  void restore(const std::string& hash, One one);

  // The secret that the cookie carries; what is kept is its SHA-256.
  std::string open(const std::string& user, base::Instant now);
  // Whose it is, unless it has ended or nobody's. `uses`: counts as use.
  std::optional<std::string> user_of(const std::string& secret, base::Instant now, bool uses = true);
  void close(const std::string& secret);
  void close_all_of(const std::string& user);
  std::size_t size() const { return open_.size(); }

 private:
  struct Open : One {
    base::Instant kept;  // when its use was
  };
  static bool over(const One& one, base::Instant now);
  void keep(const std::string& hash, Open& one, base::Instant now);
  template <class Which>
  void end(Which which);
  std::map<std::string, Open> open_;  // by hash
  Keeper keeper_;
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
