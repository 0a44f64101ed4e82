// What the signalling tests stand on: the real Signalling with its reports in a list that can be waited on,
// and a scripted SIP peer of ours for what SIPp can't do.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/signalling/signalling.hpp"

namespace ziptone::signalling::test {

inline constexpr base::Duration kSoon = base::seconds{10};  // a deadline, not a wait: met within milliseconds
inline const std::string kSiteKey = "0123456789abcdef0123456789abcdef";

// An SDP of ours on a port where nobody listens: signalling never sends media.
std::string offer(std::uint16_t port = 40000);

// Listeners on free loopback ports, everything may be dialed.
Config plain_config();
// An IP-trusted UDP trunk at 127.0.0.1:port, without OPTIONS.
TrunkConfig plain_trunk(std::uint16_t port);

class Rig {
 public:
  explicit Rig(Config config);
  ~Rig();
  Signalling& signalling() { return signalling_; }
  void post(Command command);
  // The next report of this kind not yet taken, of this attempt or agent when given; others stay in the list.
  template <class T>
  std::optional<T> wait(base::Duration limit = kSoon) {
    std::unique_lock lock(mutex_);
    std::optional<T> found;
    arrived_.wait_for(lock, limit, [&] {
      for (auto at = reports_.begin(); at != reports_.end(); ++at)
        if (const T* event = std::get_if<T>(&at->event)) {
          found = *event;
          last_at_ = at->at;
          reports_.erase(at);
          return true;
        }
      return false;
    });
    return found;
  }
  template <class T>
  bool has() {
    return wait<T>(base::Duration{}).has_value();
  }
  // Called with each report on the sip thread, before it can be waited for; to be set before a command is
  // posted.
  std::function<void(const Report&)> on_sip_thread;
  base::Now last_at() const { return last_at_; }  // of the report that wait() took last
  void call(std::uint64_t attempt, const std::string& to = "+905321234567");

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Report> reports_;
  base::Now last_at_;
  Signalling signalling_;
};

// A SIP message as lines, for peers of ours: no library, so that the test does not share the product's
// parser.
struct Message {
  std::string first;  // request or status line
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string get(const std::string& name) const;  // the first; "" for none
  std::vector<std::string> all(const std::string& name) const;
  std::string method() const;  // "" for a response
  int status() const;          // 0 for a request
  std::string tag(const std::string& header) const;
};
std::optional<Message> parse(const std::string& datagram);

// A UDP peer on a free loopback port.
class Peer {
 public:
  explicit Peer(const std::string& address = "127.0.0.1");
  ~Peer();
  std::uint16_t port() const { return port_; }
  // The next message, or the next of this method ("INVITE") or status ("200"), skipping others.
  std::optional<Message> receive(const std::string& wanted = "", base::Duration limit = kSoon);
  void send(const std::string& text);  // to where the last message came from
  void send_to(std::uint16_t port, const std::string& text);
  // A response to `request` with our To tag.
  std::string response(const Message& request, int status, const std::string& phrase,
                       const std::vector<std::string>& lines = {}, const std::string& body = "",
                       const std::string& tag = "peer") const;
  // A request of the peer inside the dialog that `invite` made.
  std::string request_in(const Message& invite, const std::string& method, unsigned cseq,
                         const std::vector<std::string>& lines = {}, const std::string& body = "",
                         const std::string& tag = "peer") const;
  std::string answer_sdp(const std::string& direction = "sendrecv", std::uint16_t port = 41000) const;
  std::string contact() const;

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::string address_;
  std::uint16_t from_port_ = 0;
};

}  // namespace ziptone::signalling::test
