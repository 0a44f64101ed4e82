#include "server/mediaplane/webrtc/ice.hpp"

#include <algorithm>

namespace ziptone::mediaplane::webrtc {

std::string_view local_ufrag(std::string_view username) { return username.substr(0, username.find(':')); }

IceLite::IceLite(IceCredentials local, std::string remote_ufrag, base::Instant begin)
    : local_{std::move(local)}, username_{local_.ufrag + ":" + std::move(remote_ufrag)}, checked_at_{begin} {}

bool IceLite::is_proven(const Endpoint& from) const {
  return std::find(proven_.begin(), proven_.begin() + count_, from) != proven_.begin() + count_;
}

std::size_t IceLite::refuse(const StunMessage& message, unsigned code, std::string_view reason,
                            std::span<std::uint8_t, kStunBytesMax> out) const {
  StunWriter writer{StunType::binding_error, message.transaction, out};
  writer.error_code(code, reason);
  if (code == 420) writer.unknown_attribute(message.unknown);
  return writer.finish(local_.pwd);
}

void IceLite::prove(const Endpoint& from, Checked& checked) {
  if (is_proven(from)) return;
  checked.proved = true;
  if (count_ == kProvenMax) {
    // The oldest that we don't send to makes room.
    auto* oldest = selected_ == proven_[0] ? &proven_[1] : &proven_[0];
    checked.forgotten = *oldest;
    std::move(oldest + 1, proven_.data() + count_, oldest);
    --count_;
  }
  proven_[count_++] = from;
}

IceLite::Checked IceLite::on_stun(std::span<const std::uint8_t> datagram, const Endpoint& from,
                                  base::Instant now, std::span<std::uint8_t, kStunBytesMax> out) {
  Checked checked;
  const auto message = parse_stun(datagram);
  // Not ours to answer, and nothing is said to who does not know the password: no reflection, no oracle.
  if (!message || !message->has_fingerprint ||
      message->type != static_cast<std::uint16_t>(StunType::binding_request) ||
      message->username != username_ || !is_authentic(*message, local_.pwd))
    return checked;
  if (message->unknown != 0) {
    checked.response = refuse(*message, 420, "Unknown Attribute", out);
    return checked;
  }
  // A lite end is never in control (RFC 8445 6.1.1); told so, the other takes the role (7.3.1.1).
  if (message->is_controlled) {
    checked.response = refuse(*message, 487, "Role Conflict", out);
    return checked;
  }
  checked.authentic = true;
  checked_at_ = now;
  prove(from, checked);
  if (message->use_candidate || !selected_) {
    checked.selected = selected_ != from;
    selected_ = from;
  }
  StunWriter writer{StunType::binding_success, message->transaction, out};
  writer.xor_mapped_address(from);
  checked.response = writer.finish(local_.pwd);
  return checked;
}

}  // namespace ziptone::mediaplane::webrtc
