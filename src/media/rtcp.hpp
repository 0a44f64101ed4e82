// RTCP sender and receiver reports (RFC 3550 6.4) and the reception statistics behind them (A.1, A.3, A.8).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"

namespace ziptone::media {

struct SenderInfo {
  std::uint64_t ntp = 0;  // 32.32 seconds since 1900
  std::uint32_t timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
  friend bool operator==(const SenderInfo&, const SenderInfo&) = default;
};

struct ReportBlock {
  std::uint32_t ssrc = 0;              // whose stream is reported on
  std::uint8_t fraction_lost = 0;      // of 256, since the last report
  std::int32_t cumulative_lost = 0;    // 24 bits, signed
  std::uint32_t highest_sequence = 0;  // with cycles
  std::uint32_t jitter = 0;            // timestamp units
  std::uint32_t last_sr = 0;           // middle 32 bits of the last SR's NTP time, 0: none
  std::uint32_t delay_since_sr = 0;    // 1/65536 s
  friend bool operator==(const ReportBlock&, const ReportBlock&) = default;
};

struct RtcpReport {
  std::uint32_t ssrc = 0;
  std::optional<SenderInfo> sender;
  std::optional<ReportBlock> block;  // the one about the asked SSRC
  bool bye = false;
};

// Reads a compound packet: the first SR or RR counts, the block about `about`, and BYE. nullopt: malformed
// (RFC 3550 A.2).
std::optional<RtcpReport> parse_rtcp(std::span<const std::uint8_t> datagram, std::uint32_t about);

inline constexpr std::size_t kRtcpBytesMax = 128;

// Writes SR (or RR without `sender`), SDES with the CNAME (cut at 31 bytes) and, when asked, BYE. Returns the
// bytes used.
std::size_t write_rtcp(std::uint32_t ssrc, const std::optional<SenderInfo>& sender,
                       const std::optional<ReportBlock>& block, std::string_view cname, bool bye,
                       std::span<std::uint8_t, kRtcpBytesMax> out);

// NTP time of a wall clock instant (RFC 3550 4).
std::uint64_t ntp_of(base::WallTime wall);

// Counts one far end's stream. A new SSRC begins the count anew but keeps the sums.
class ReceptionStatistics {
 public:
  // `timed`: its timestamp is of the moment it was sent; those of telephone events are of the key's
  // beginning.
  void on_packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp, base::Instant arrival,
                 bool timed = true);
  void on_sender_report(std::uint64_t ntp, base::Instant arrival);

  // The block for the next report; also begins the next interval of fraction_lost.
  ReportBlock make_block(base::Instant now);

  std::uint64_t received() const { return received_total_; }
  std::int64_t lost() const { return lost_before_ + static_cast<std::int64_t>(expected()) - received_; }
  std::uint32_t jitter_us() const { return (jitter_ >> 4) * 125; }

 private:
  std::uint64_t expected() const;

  bool has_source_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint16_t max_sequence_ = 0;
  std::optional<std::uint16_t> jump_;  // what would follow the last packet, which was far off
  std::uint32_t cycles_ = 0;
  std::uint32_t base_sequence_ = 0;
  std::int64_t received_ = 0;
  std::uint64_t received_total_ = 0;
  std::int64_t lost_before_ = 0;
  std::uint64_t expected_prior_ = 0;
  std::int64_t received_prior_ = 0;
  std::int32_t transit_ = 0;
  std::uint32_t jitter_ = 0;  // 16 times the estimate, as in A.8
  std::uint32_t last_sr_ = 0;
  base::Instant last_sr_at_{};
};

}  // namespace ziptone::media
