// STUN (RFC 8489) as far as ICE connectivity checks need it: binding requests read, responses written, both
// with short-term credentials (MESSAGE-INTEGRITY, SHA-1 as RFC 8445 has it) and FINGERPRINT.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "server/mediaplane/endpoint.hpp"

namespace ziptone::mediaplane::webrtc {

inline constexpr std::size_t kStunHeaderBytes = 20;
inline constexpr std::size_t kStunBytesMax = 256;  // of what we write

using TransactionId = std::array<std::uint8_t, 12>;

enum class StunType : std::uint16_t {
  binding_request = 0x0001,
  binding_success = 0x0101,
  binding_error = 0x0111
};

struct StunMessage {
  std::uint16_t type = 0;
  TransactionId transaction{};
  std::string_view username;       // empty: none
  std::uint32_t priority = 0;      // 0: none
  bool use_candidate = false;      // nominates
  bool is_controlled = false;      // ICE-CONTROLLED: the sender takes the role that is ours
  std::uint16_t unknown = 0;       // a comprehension-required attribute that we don't know
  std::optional<Endpoint> mapped;  // XOR-MAPPED-ADDRESS
  std::size_t integrity_at = 0;    // offset of MESSAGE-INTEGRITY, 0: none
  bool has_fingerprint = false;    // and it is right
  std::span<const std::uint8_t> bytes;
};

// Tells STUN from DTLS and RTP on one port (RFC 7983 7): the first byte and the magic cookie.
bool is_stun(std::span<const std::uint8_t> datagram);

// nullopt: malformed (RFC 8489 14), or its FINGERPRINT is wrong. Attributes behind MESSAGE-INTEGRITY are not
// read. Points into the datagram.
std::optional<StunMessage> parse_stun(std::span<const std::uint8_t> datagram);

// Whether MESSAGE-INTEGRITY is there and was made with this password.
bool is_authentic(const StunMessage& message, std::string_view password);

class StunWriter {
 public:
  StunWriter(StunType type, const TransactionId& transaction, std::span<std::uint8_t, kStunBytesMax> out);
  void username(std::string_view text);
  void xor_mapped_address(const Endpoint& endpoint);
  void error_code(unsigned code, std::string_view reason);  // RFC 8489 14.8
  void unknown_attribute(std::uint16_t type);
  void number(std::uint16_t type, std::uint32_t value);  // PRIORITY and the like
  void wide_number(std::uint16_t type, std::uint64_t value);
  void flag(std::uint16_t type);  // USE-CANDIDATE
  // Ends the message: integrity when there is a password, and the fingerprint. Gives its bytes.
  std::size_t finish(std::string_view password);

 private:
  std::span<std::uint8_t> attribute(std::uint16_t type, std::size_t bytes);
  void set_length(std::size_t behind);

  std::span<std::uint8_t, kStunBytesMax> out_;
  std::size_t size_ = kStunHeaderBytes;
};

namespace stun {
inline constexpr std::uint16_t kUsername = 0x0006;
inline constexpr std::uint16_t kMessageIntegrity = 0x0008;
inline constexpr std::uint16_t kErrorCode = 0x0009;
inline constexpr std::uint16_t kUnknownAttributes = 0x000A;
inline constexpr std::uint16_t kXorMappedAddress = 0x0020;
inline constexpr std::uint16_t kPriority = 0x0024;
inline constexpr std::uint16_t kUseCandidate = 0x0025;
inline constexpr std::uint16_t kFingerprint = 0x8028;
inline constexpr std::uint16_t kIceControlled = 0x8029;
inline constexpr std::uint16_t kIceControlling = 0x802A;
}  // namespace stun

}  // namespace ziptone::mediaplane::webrtc
