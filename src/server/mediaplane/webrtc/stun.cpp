#include "server/mediaplane/webrtc/stun.hpp"

#include <cstring>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.hpp"
#include "media/bytes.hpp"

namespace ziptone::mediaplane::webrtc {
namespace {

using media::read16;
using media::read32;
using media::write16;
using media::write32;

constexpr std::uint32_t kCookie = 0x2112A442;
constexpr std::uint32_t kFingerprintMask = 0x5354554E;  // RFC 8489 14.7
constexpr std::size_t kIntegrityBytes = 20;
constexpr std::size_t kRequestBytesMax = 1500;

// The CRC-32 of ITU V.42, reflected, as in Ethernet. Checks are rare: no table.
std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const auto byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320 & (0u - (crc & 1)));
  }
  return ~crc;
}

// Over the bytes before the attribute, with the length in the header as if it ended the message.
std::array<std::uint8_t, kIntegrityBytes> integrity_of(std::span<const std::uint8_t> before,
                                                       std::string_view password) {
  std::array<std::uint8_t, kRequestBytesMax> text{};
  std::copy(before.begin(), before.end(), text.begin());
  write16(&text[2], static_cast<std::uint16_t>(before.size() - kStunHeaderBytes + 4 + kIntegrityBytes));
  std::array<std::uint8_t, kIntegrityBytes> mac{};
  unsigned size = 0;
  ::HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()), text.data(), before.size(),
         mac.data(), &size);
  return mac;
}

std::optional<Endpoint> read_mapped(std::span<const std::uint8_t> value,
                                    std::span<const std::uint8_t> header) {
  if (value.size() != 8 && value.size() != 20) return std::nullopt;
  Endpoint out;
  out.ip.v6 = value.size() == 20;
  if (value[1] != (out.ip.v6 ? 2 : 1)) return std::nullopt;
  out.port = static_cast<std::uint16_t>(read16(&value[2]) ^ (kCookie >> 16));
  // The mask is the cookie and, for IPv6, the transaction id behind it: the header from byte 4 on.
  for (std::size_t i = 0; i + 4 < value.size(); ++i)
    out.ip.bytes[i] = static_cast<std::uint8_t>(value[i + 4] ^ header[4 + i]);
  return out;
}

void take(StunMessage& message, std::uint16_t type, std::span<const std::uint8_t> value) {
  switch (type) {
    case stun::kUsername:
      message.username = {reinterpret_cast<const char*>(value.data()), value.size()};
      return;
    case stun::kPriority:
      if (value.size() == 4) message.priority = read32(value.data());
      return;
    case stun::kUseCandidate:
      message.use_candidate = true;
      return;
    case stun::kIceControlled:
      message.is_controlled = true;
      return;
    case stun::kXorMappedAddress:
      message.mapped = read_mapped(value, message.bytes);
      return;
    case stun::kErrorCode:
      return;
    default:
      if (type < 0x8000 && message.unknown == 0) message.unknown = type;
  }
}

}  // namespace

bool is_stun(std::span<const std::uint8_t> datagram) {
  return datagram.size() >= kStunHeaderBytes && datagram[0] < 4 && read32(&datagram[4]) == kCookie;
}

std::optional<StunMessage> parse_stun(std::span<const std::uint8_t> datagram) {
  if (!is_stun(datagram) || datagram.size() > kRequestBytesMax || datagram.size() % 4 != 0 ||
      read16(&datagram[2]) != datagram.size() - kStunHeaderBytes)
    return std::nullopt;
  StunMessage message;
  message.type = read16(datagram.data());
  message.bytes = datagram;
  std::copy_n(datagram.begin() + 8, message.transaction.size(), message.transaction.begin());
  for (std::size_t at = kStunHeaderBytes; at < datagram.size();) {
    if (datagram.size() - at < 4) return std::nullopt;
    const auto type = read16(&datagram[at]);
    const std::size_t size = read16(&datagram[at + 2]);
    const std::size_t padded = (size + 3) / 4 * 4;
    if (datagram.size() - at - 4 < padded) return std::nullopt;
    const auto value = datagram.subspan(at + 4, size);
    if (type == stun::kFingerprint) {
      // The last attribute, and over all before it.
      if (size != 4 || at + 8 != datagram.size() ||
          read32(value.data()) != (crc32(datagram.first(at)) ^ kFingerprintMask))
        return std::nullopt;
      message.has_fingerprint = true;
    } else if (type == stun::kMessageIntegrity && message.integrity_at == 0) {
      if (size != kIntegrityBytes) return std::nullopt;
      message.integrity_at = at;
    } else if (message.integrity_at == 0) {
      take(message, type, value);
    }
    at += 4 + padded;
  }
  return message;
}

bool is_authentic(const StunMessage& message, std::string_view password) {
  if (message.integrity_at == 0) return false;
  const auto mac = integrity_of(message.bytes.first(message.integrity_at), password);
  return ::CRYPTO_memcmp(mac.data(), &message.bytes[message.integrity_at + 4], mac.size()) == 0;
}

StunWriter::StunWriter(StunType type, const TransactionId& transaction,
                       std::span<std::uint8_t, kStunBytesMax> out)
    : out_{out} {
  write16(out_.data(), static_cast<std::uint16_t>(type));
  write32(&out_[4], kCookie);
  std::copy(transaction.begin(), transaction.end(), out_.begin() + 8);
}

std::span<std::uint8_t> StunWriter::attribute(std::uint16_t type, std::size_t bytes) {
  const std::size_t padded = (bytes + 3) / 4 * 4;
  VERIFY(size_ + 4 + padded <= out_.size());
  write16(&out_[size_], type);
  write16(&out_[size_ + 2], static_cast<std::uint16_t>(bytes));
  const auto value = out_.subspan(size_ + 4, padded);
  std::fill(value.begin(), value.end(), std::uint8_t{0});
  size_ += 4 + padded;
  return value.first(bytes);
}

void StunWriter::username(std::string_view text) {
  const auto to = attribute(stun::kUsername, text.size());
  std::copy(text.begin(), text.end(), to.begin());
}

void StunWriter::xor_mapped_address(const Endpoint& endpoint) {
  const std::size_t bytes = endpoint.ip.v6 ? 16 : 4;
  const auto to = attribute(stun::kXorMappedAddress, 4 + bytes);
  to[1] = endpoint.ip.v6 ? 2 : 1;
  write16(&to[2], static_cast<std::uint16_t>(endpoint.port ^ (kCookie >> 16)));
  for (std::size_t i = 0; i < bytes; ++i)
    to[4 + i] = static_cast<std::uint8_t>(endpoint.ip.bytes[i] ^ out_[4 + i]);
}

void StunWriter::error_code(unsigned code, std::string_view reason) {
  const auto to = attribute(stun::kErrorCode, 4 + reason.size());
  to[2] = static_cast<std::uint8_t>(code / 100);
  to[3] = static_cast<std::uint8_t>(code % 100);
  std::copy(reason.begin(), reason.end(), to.begin() + 4);
}

void StunWriter::unknown_attribute(std::uint16_t type) {
  write16(attribute(stun::kUnknownAttributes, 2).data(), type);
}
void StunWriter::number(std::uint16_t type, std::uint32_t value) {
  write32(attribute(type, 4).data(), value);
}
void StunWriter::wide_number(std::uint16_t type, std::uint64_t value) {
  const auto to = attribute(type, 8);
  write32(to.data(), static_cast<std::uint32_t>(value >> 32));
  write32(&to[4], static_cast<std::uint32_t>(value));
}
void StunWriter::flag(std::uint16_t type) { attribute(type, 0); }

void StunWriter::set_length(std::size_t behind) {
  write16(&out_[2], static_cast<std::uint16_t>(size_ + behind - kStunHeaderBytes));
}

std::size_t StunWriter::finish(std::string_view password) {
  if (!password.empty()) {
    const auto mac = integrity_of(out_.first(size_), password);
    const auto to = attribute(stun::kMessageIntegrity, mac.size());
    std::copy(mac.begin(), mac.end(), to.begin());
  }
  set_length(8);
  const auto crc = crc32(out_.first(size_)) ^ kFingerprintMask;
  write32(attribute(stun::kFingerprint, 4).data(), crc);
  return size_;
}

}  // namespace ziptone::mediaplane::webrtc
