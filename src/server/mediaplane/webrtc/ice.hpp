// ICE-lite (RFC 8445 2.5, 8.2): we have one host candidate and answer the browser's checks. What a check
// proves, by a password that only signalling carried, is that the browser is at that address; nothing else
// may give us one (ASVS 17.2.6).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "base/time.hpp"
#include "server/mediaplane/webrtc/stun.hpp"

namespace ziptone::mediaplane::webrtc {

struct IceCredentials {
  std::string ufrag;
  std::string pwd;
};

// The part of a check's USERNAME that names our end (RFC 8445 7.2.2: "ours:theirs").
std::string_view local_ufrag(std::string_view username);

class IceLite {
 public:
  // An authenticated check is due every 5 s or so (RFC 7675 5.1: consent lasts 30 s).
  static constexpr base::Duration kConsent = base::seconds{30};

  IceLite(IceCredentials local, std::string remote_ufrag, base::Instant begin);

  struct Checked {
    std::size_t response = 0;           // bytes to send back to where the check came from; 0: none
    bool authentic = false;             // it counts: consent was given anew
    bool proved = false;                // `from` is proven now and was not before
    bool selected = false;              // where we send to has changed
    std::optional<Endpoint> forgotten;  // the oldest of too many proven addresses
  };
  Checked on_stun(std::span<const std::uint8_t> datagram, const Endpoint& from, base::Instant now,
                  std::span<std::uint8_t, kStunBytesMax> out);

  bool is_proven(const Endpoint& from) const;
  // Where media goes: the address nominated last, before any nomination the first that was proven.
  const std::optional<Endpoint>& selected() const { return selected_; }
  std::span<const Endpoint> proven() const { return {proven_.data(), count_}; }
  bool has_consent(base::Instant now) const { return now - checked_at_ < kConsent; }
  const IceCredentials& local() const { return local_; }

 private:
  std::size_t refuse(const StunMessage& message, unsigned code, std::string_view reason,
                     std::span<std::uint8_t, kStunBytesMax> out) const;
  void prove(const Endpoint& from, Checked& checked);

  static constexpr std::size_t kProvenMax = 8;
  IceCredentials local_;
  std::string username_;
  std::array<Endpoint, kProvenMax> proven_{};  // oldest first
  std::size_t count_ = 0;
  std::optional<Endpoint> selected_;
  base::Instant checked_at_;
};

}  // namespace ziptone::mediaplane::webrtc
