#include "media/event_sender.hpp"

namespace ziptone::media {
namespace {

constexpr std::size_t kDigitsMax = 64;
constexpr std::uint16_t kStep = 160;
constexpr int kSoundTicks = 5;
constexpr int kEndPackets = 3;
constexpr int kPauseTicks = 3;

}  // namespace

void EventSender::add(const std::string& digits) {
  for (const char digit : digits)
    if (event_of_digit(digit) && digits_.size() < kDigitsMax) digits_ += digit;
}

std::optional<EventSender::Packet> EventSender::tick(OutgoingLine& line, std::uint8_t payload_type,
                                                     base::Instant now) {
  if (stage_ == Stage::pause) {
    if (--left_ == 0) stage_ = Stage::idle;
    return std::nullopt;
  }
  bool first = false;
  if (stage_ == Stage::idle) {
    if (digits_.empty()) return std::nullopt;
    event_ = *event_of_digit(digits_.front());
    digits_.erase(0, 1);
    start_ = line.begin_event(now);
    duration_ = 0;
    stage_ = Stage::sounding;
    left_ = kSoundTicks;
    first = true;
  }
  const bool end = stage_ == Stage::ending;
  if (stage_ == Stage::sounding) {
    duration_ = static_cast<std::uint16_t>(duration_ + kStep);
    if (--left_ == 0) {
      stage_ = Stage::ending;
      left_ = kEndPackets;
    }
  }
  if (end && --left_ == 0) {
    line.end_event(start_, duration_);
    stage_ = Stage::pause;
    left_ = kPauseTicks;
  }
  return Packet{line.own_event(payload_type, start_, first),
                {.event = event_, .end = end, .duration = duration_}};
}

std::optional<char> EventReceiver::on_packet(std::uint32_t timestamp, const TelephoneEvent& event) {
  if (any_ && timestamp == timestamp_) return std::nullopt;
  // A packet of an older event that was overtaken says nothing new.
  if (any_ && static_cast<std::int32_t>(timestamp - timestamp_) < 0 &&
      static_cast<std::int32_t>(timestamp - timestamp_) > -8000)
    return std::nullopt;
  any_ = true;
  timestamp_ = timestamp;
  return digit_of_event(event.event);
}

}  // namespace ziptone::media
