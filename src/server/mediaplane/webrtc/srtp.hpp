// SRTP and SRTCP of one far end (RFC 3711, 7714), on libsrtp2. The keys come out of DTLS (RFC 5764 4.2).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.hpp"

namespace ziptone::mediaplane::webrtc {

enum class SrtpProfile : std::uint16_t {
  aes128_cm_sha1_80 = 0x0001,  // RFC 5764 4.1.2
  aead_aes_128_gcm = 0x0007    // RFC 7714 14.2
};

// Master key and salt behind each other: 16 + 14 bytes, of GCM 16 + 12.
struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::aead_aes_128_gcm;
  std::array<std::uint8_t, 30> inbound{};
  std::array<std::uint8_t, 30> outbound{};
};

// What protection adds behind a packet, at most: the tag of GCM, and of SRTCP the index and the tag of SHA-1.
inline constexpr std::size_t kSrtpRoom = 32;

class Srtp {
 public:
  static base::Result<std::unique_ptr<Srtp>> make(const SrtpKeys& keys);
  Srtp(const Srtp&) = delete;
  Srtp& operator=(const Srtp&) = delete;
  ~Srtp();

  // In place. `size` is of the packet and becomes that of the result; kSrtpRoom bytes behind it are ours.
  // False: the packet must not be sent (its index was used before).
  bool protect(std::uint8_t* packet, std::size_t& size);
  bool protect_rtcp(std::uint8_t* packet, std::size_t& size);
  // False: not authentic, or a replay.
  bool unprotect(std::span<std::uint8_t> packet, std::size_t& size);
  bool unprotect_rtcp(std::span<std::uint8_t> packet, std::size_t& size);

 private:
  struct Sessions;
  explicit Srtp(std::unique_ptr<Sessions> sessions);
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace ziptone::mediaplane::webrtc
