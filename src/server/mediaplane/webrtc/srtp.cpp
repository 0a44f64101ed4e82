#include "server/mediaplane/webrtc/srtp.hpp"

#include <fmt/format.h>
#include <srtp2/srtp.h>

namespace ziptone::mediaplane::webrtc {
namespace {

constexpr unsigned long kReplayWindow = 1024;  // 20 s of packets

// libsrtp keeps one table for the process.
bool is_ready() {
  static const bool ready = ::srtp_init() == srtp_err_status_ok;
  return ready;
}

bool create(srtp_t* session, SrtpProfile profile, const std::array<std::uint8_t, 30>& key,
            srtp_ssrc_type_t direction) {
  srtp_policy_t policy{};
  const auto which = static_cast<srtp_profile_t>(profile);
  if (::srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, which) != srtp_err_status_ok ||
      ::srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, which) != srtp_err_status_ok)
    return false;
  auto copy = key;
  policy.ssrc.type = direction;
  policy.key = copy.data();
  policy.window_size = kReplayWindow;
  return ::srtp_create(session, &policy) == srtp_err_status_ok;
}

}  // namespace

struct Srtp::Sessions {
  srtp_t in = nullptr;
  srtp_t out = nullptr;
};

Srtp::Srtp(std::unique_ptr<Sessions> sessions) : sessions_{std::move(sessions)} {}

Srtp::~Srtp() {
  if (sessions_->in != nullptr) ::srtp_dealloc(sessions_->in);
  if (sessions_->out != nullptr) ::srtp_dealloc(sessions_->out);
}

base::Result<std::unique_ptr<Srtp>> Srtp::make(const SrtpKeys& keys) {
  auto sessions = std::make_unique<Sessions>();
  auto* raw = sessions.get();
  std::unique_ptr<Srtp> srtp{new Srtp{std::move(sessions)}};
  if (!is_ready() || !create(&raw->in, keys.profile, keys.inbound, ssrc_any_inbound) ||
      !create(&raw->out, keys.profile, keys.outbound, ssrc_any_outbound))
    return base::error(fmt::format("libsrtp refuses the profile {}", static_cast<unsigned>(keys.profile)),
                       "srtp");
  return srtp;
}

bool Srtp::protect(std::uint8_t* packet, std::size_t& size) {
  int bytes = static_cast<int>(size);
  if (::srtp_protect(sessions_->out, packet, &bytes) != srtp_err_status_ok) return false;
  size = static_cast<std::size_t>(bytes);
  return true;
}

bool Srtp::protect_rtcp(std::uint8_t* packet, std::size_t& size) {
  int bytes = static_cast<int>(size);
  if (::srtp_protect_rtcp(sessions_->out, packet, &bytes) != srtp_err_status_ok) return false;
  size = static_cast<std::size_t>(bytes);
  return true;
}

bool Srtp::unprotect(std::span<std::uint8_t> packet, std::size_t& size) {
  int bytes = static_cast<int>(packet.size());
  if (::srtp_unprotect(sessions_->in, packet.data(), &bytes) != srtp_err_status_ok) return false;
  size = static_cast<std::size_t>(bytes);
  return true;
}

bool Srtp::unprotect_rtcp(std::span<std::uint8_t> packet, std::size_t& size) {
  int bytes = static_cast<int>(packet.size());
  if (::srtp_unprotect_rtcp(sessions_->in, packet.data(), &bytes) != srtp_err_status_ok) return false;
  size = static_cast<std::size_t>(bytes);
  return true;
}

}  // namespace ziptone::mediaplane::webrtc
