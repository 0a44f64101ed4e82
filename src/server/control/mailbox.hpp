// What reaches the control thread, from any thread. Bounded: what people ask is refused when it is half full,
// reports of the network and the store until it is full, so that a flood of requests can't drown a BYE.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dialer/dialer.hpp"
#include "server/control/message_file.hpp"
#include "server/control/sounds.hpp"
#include "server/control/webrtc.hpp"
#include "server/mediaplane/mediaplane.hpp"
#include "server/signalling/signalling.hpp"
#include "server/store/load.hpp"

namespace ziptone::control {

// The core's answer to a command, given when what it changed is durable.
struct Answer {
  bool accepted = false;
  std::string reason;  // the core's word when refused: "held", "not_on_a_call", "store_failed", ...
};
using Answered = std::function<void(Answer)>;  // on the control or the store thread: must only pass it on

struct View;  // control.hpp

namespace message {
struct Command {
  dialer::Event event;
  Answered answered;  // may be empty
};
struct Query {
  std::function<void(const View&)> read;
};
struct AttemptsDurable {
  std::vector<base::AttemptId> attempts;
};
struct StoreFailed {};
// A chunk of a campaign's contacts, read by the store thread; the next one is asked for when it is fed.
struct ContactsRead {
  base::CampaignId campaign;
  std::vector<dialer::event::ZoneSetDefined> zones;
  dialer::event::ContactsLoaded contacts;
  store::ContactCursor cursor;
};
// A chunk of a list that was taken from a campaign; the next one is asked for when it is withdrawn.
struct ListTaken {
  base::CampaignId campaign;
  base::ListId list;
  std::vector<base::ContactId> contacts;
};
// A list has new contacts, or changed ones: the campaigns that dial it read on.
struct ListImported {
  base::ListId list;
};
// A campaign was written: its new shape, for the core and for what the shell keeps of it.
struct CampaignWritten {
  store::CampaignRecord record;
  CampaignSounds sounds;
  Samples message;  // of its own safe-harbour message; none: ours
  Answered answered;
};
// What a campaign sounds is another prompt, or ours again.
struct PromptChanged {
  base::CampaignId campaign;
  std::string what;    // "safe_harbour/tr"
  std::string prompt;  // its id, loaded already; empty: ours
  Answered answered;
};
struct EntryPointWritten {
  store::EntryPointRecord record;
  Answered answered;
};
// A browser wants to be its agent's voice path.
struct OfferWebrtc {
  base::AgentId agent;
  std::string sdp;
  WebrtcAnswered answered;
};
struct Drain {};
struct Stop {};
}  // namespace message

using Message =
    std::variant<message::Command, message::Query, message::AttemptsDurable, message::StoreFailed,
                 message::ContactsRead, message::ListTaken, message::ListImported, message::CampaignWritten,
                 message::PromptChanged, message::EntryPointWritten, message::OfferWebrtc, message::Drain,
                 message::Stop, signalling::Report, mediaplane::Report>;

class Mailbox {
 public:
  explicit Mailbox(std::size_t capacity = 65536) : capacity_(capacity) {}

  // False: over its share; nothing was taken.
  [[nodiscard]] bool ask(Message message) { return push(std::move(message), capacity_ / 2); }
  // Reports. False only when the control thread has stopped taking for so long that all is lost anyway.
  bool report(Message message) { return push(std::move(message), capacity_); }

  // Everything that waits, in order; waits for something until the deadline.
  std::deque<Message> take(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock{mutex_};
    const auto something = [this] { return !messages_.empty(); };
    if (until == std::chrono::steady_clock::time_point::max())
      arrived_.wait(lock, something);
    else
      arrived_.wait_until(lock, until, something);
    return std::exchange(messages_, {});
  }
  // Nobody takes any more: what waits is dropped, and so is what comes.
  void close() {
    std::deque<Message> dropped;  // destroyed without the lock: a dropped question may hold a connection
    const std::lock_guard lock{mutex_};
    closed_ = true;
    dropped.swap(messages_);
  }
  std::uint64_t lost() const {
    const std::lock_guard lock{mutex_};
    return lost_;
  }

 private:
  bool push(Message message, std::size_t limit) {
    {
      const std::lock_guard lock{mutex_};
      if (closed_ || messages_.size() >= limit) {
        ++lost_;
        return false;
      }
      messages_.push_back(std::move(message));
    }
    arrived_.notify_one();
    return true;
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Message> messages_;
  std::uint64_t lost_ = 0;
  bool closed_ = false;
};

}  // namespace ziptone::control
