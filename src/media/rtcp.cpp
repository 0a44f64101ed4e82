#include "media/rtcp.hpp"

#include <algorithm>
#include <cstdlib>

#include "media/bytes.hpp"

namespace ziptone::media {
namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kDescription = 202;
constexpr std::uint8_t kBye = 203;
constexpr std::size_t kBlockBytes = 24;
constexpr std::size_t kCnameBytesMax = 31;
constexpr std::uint64_t kNtpOffset = 2'208'988'800;  // seconds from 1900 to 1970

ReportBlock read_block(const std::uint8_t* p) {
  const auto lost = static_cast<std::int32_t>(read32(p + 4) << 8) >> 8;
  return {read32(p), p[4], lost, read32(p + 8), read32(p + 12), read32(p + 16), read32(p + 20)};
}

void write_block(std::uint8_t* p, const ReportBlock& b) {
  write32(p, b.ssrc);
  const auto lost = std::clamp(b.cumulative_lost, -0x800000, 0x7FFFFF);
  write32(p + 4, static_cast<std::uint32_t>(lost) & 0xFFFFFF);
  p[4] = b.fraction_lost;
  write32(p + 8, b.highest_sequence);
  write32(p + 12, b.jitter);
  write32(p + 16, b.last_sr);
  write32(p + 20, b.delay_since_sr);
}

void write_head(std::uint8_t* p, unsigned count, std::uint8_t type, std::size_t bytes) {
  p[0] = static_cast<std::uint8_t>(0x80 | count);
  p[1] = type;
  write16(p + 2, static_cast<std::uint16_t>(bytes / 4 - 1));
}

// One SR or RR of `bytes`; false: its counts don't fit its length.
bool read_report(const std::uint8_t* p, std::size_t bytes, std::uint32_t about, RtcpReport& report) {
  const bool is_sender = p[1] == kSenderReport;
  const std::size_t head = is_sender ? 28 : 8;
  const std::size_t blocks = p[0] & 0x1F;
  if (head + blocks * kBlockBytes > bytes) return false;
  report.ssrc = read32(p + 4);
  if (is_sender)
    report.sender = SenderInfo{static_cast<std::uint64_t>(read32(p + 8)) << 32 | read32(p + 12),
                               read32(p + 16), read32(p + 20), read32(p + 24)};
  for (std::size_t i = 0; i < blocks && !report.block; ++i)
    if (const auto* block = p + head + i * kBlockBytes; read32(block) == about)
      report.block = read_block(block);
  return true;
}

}  // namespace

std::optional<RtcpReport> parse_rtcp(std::span<const std::uint8_t> datagram, std::uint32_t about) {
  RtcpReport report;
  bool first = true;
  for (std::size_t at = 0; at < datagram.size();) {
    const auto* p = datagram.data() + at;
    if (datagram.size() - at < 8 || (p[0] >> 6) != 2) return std::nullopt;
    const std::size_t bytes = 4u * (read16(p + 2) + 1u);
    if (bytes > datagram.size() - at || bytes < 8) return std::nullopt;
    const bool is_report = p[1] == kSenderReport || p[1] == kReceiverReport;
    if (first && !is_report) return std::nullopt;
    if (first && !read_report(p, bytes, about, report)) return std::nullopt;
    if (p[1] == kBye) report.bye = true;
    first = false;
    at += bytes;
  }
  if (first) return std::nullopt;
  return report;
}

std::size_t write_rtcp(std::uint32_t ssrc, const std::optional<SenderInfo>& sender,
                       const std::optional<ReportBlock>& block, std::string_view cname, bool bye,
                       std::span<std::uint8_t, kRtcpBytesMax> out) {
  auto* p = out.data();
  const std::size_t head = sender ? 28 : 8;
  std::size_t used = head + (block ? kBlockBytes : 0);
  write_head(p, block ? 1 : 0, sender ? kSenderReport : kReceiverReport, used);
  write32(p + 4, ssrc);
  if (sender) {
    write32(p + 8, static_cast<std::uint32_t>(sender->ntp >> 32));
    write32(p + 12, static_cast<std::uint32_t>(sender->ntp));
    write32(p + 16, sender->timestamp);
    write32(p + 20, sender->packets);
    write32(p + 24, sender->octets);
  }
  if (block) write_block(p + head, *block);

  cname = cname.substr(0, kCnameBytesMax);
  // Chunk: SSRC, CNAME item, at least one zero byte, padded to a word (RFC 3550 6.5).
  const std::size_t chunk = (4 + 2 + cname.size() + 1 + 3) / 4 * 4;
  auto* d = p + used;
  std::fill_n(d, 4 + chunk, std::uint8_t{0});
  write_head(d, 1, kDescription, 4 + chunk);
  write32(d + 4, ssrc);
  d[8] = 1;
  d[9] = static_cast<std::uint8_t>(cname.size());
  std::copy(cname.begin(), cname.end(), d + 10);
  used += 4 + chunk;
  if (bye) {
    write_head(p + used, 1, kBye, 8);
    write32(p + used + 4, ssrc);
    used += 8;
  }
  return used;
}

std::uint64_t ntp_of(base::WallTime wall) {
  const auto us = static_cast<std::uint64_t>(base::micros(wall));
  const std::uint64_t seconds = us / 1'000'000 + kNtpOffset;
  return seconds << 32 | ((us % 1'000'000) << 32) / 1'000'000;
}

void ReceptionStatistics::on_packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp,
                                    base::Instant arrival, bool timed) {
  const auto now = static_cast<std::uint32_t>(base::micros(arrival) * 8 / 1000);
  const auto transit = static_cast<std::int32_t>(now - timestamp);
  ++received_total_;
  const auto step = static_cast<std::uint16_t>(sequence - max_sequence_);
  // A new SSRC, or a jump that no loss explains (RFC 3550 A.1: MAX_DROPOUT 3000, MAX_MISORDER 100) and that
  // the next packet confirms: a stray one begins nothing.
  const bool is_new = !has_source_ || ssrc != ssrc_;
  const bool far_off = !is_new && step >= 3000 && step <= 65'536 - 100;
  if (far_off && jump_ != sequence) {
    jump_ = static_cast<std::uint16_t>(sequence + 1);
    return;
  }
  jump_.reset();
  if (is_new || far_off) {
    if (has_source_) lost_before_ = lost();
    has_source_ = true;
    ssrc_ = ssrc;
    max_sequence_ = sequence;
    base_sequence_ = sequence;
    cycles_ = 0;
    received_ = 1;
    received_prior_ = 0;
    expected_prior_ = 0;
    transit_ = transit;
    return;
  }
  ++received_;
  if (step < 3000) {
    if (sequence < max_sequence_) cycles_ += 65'536;
    max_sequence_ = sequence;
  }
  if (!timed) return;
  const auto d = static_cast<std::uint32_t>(std::abs(static_cast<std::int64_t>(transit) - transit_));
  transit_ = transit;
  jitter_ += std::min<std::uint32_t>(d, 1u << 20) - ((jitter_ + 8) >> 4);
}

void ReceptionStatistics::on_sender_report(std::uint64_t ntp, base::Instant arrival) {
  last_sr_ = static_cast<std::uint32_t>(ntp >> 16);
  last_sr_at_ = arrival;
}

std::uint64_t ReceptionStatistics::expected() const {
  return has_source_ ? std::uint64_t{cycles_} + max_sequence_ - base_sequence_ + 1 : 0;
}

ReportBlock ReceptionStatistics::make_block(base::Instant now) {
  const auto interval = static_cast<std::int64_t>(expected() - expected_prior_);
  const auto lost_interval = interval - (received_ - received_prior_);
  expected_prior_ = expected();
  received_prior_ = received_;
  ReportBlock block;
  block.ssrc = ssrc_;
  if (interval > 0 && lost_interval > 0)
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min<std::int64_t>(255, (lost_interval << 8) / interval));
  block.cumulative_lost = static_cast<std::int32_t>(static_cast<std::int64_t>(expected()) - received_);
  block.highest_sequence = cycles_ + max_sequence_;
  block.jitter = jitter_ >> 4;
  block.last_sr = last_sr_;
  if (last_sr_ != 0)
    block.delay_since_sr = static_cast<std::uint32_t>((now - last_sr_at_).count() * 65'536 / 1'000'000);
  return block;
}

}  // namespace ziptone::media
