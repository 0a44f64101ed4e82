// Sends a string of digits as telephone events (RFC 4733): 100 ms each with 60 ms between, the last packet of
// an event three times (2.5.1.4). Driven by the caller's 20 ms tick.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "media/outgoing_line.hpp"

namespace ziptone::media {

class EventSender {
 public:
  // Appends the digits 0-9*#A-D; others are skipped. At most 64 wait.
  void add(const std::string& digits);
  bool is_active() const { return stage_ != Stage::idle || !digits_.empty(); }

  struct Packet {
    RtpHeader header;
    TelephoneEvent event;
  };
  // What leaves at this tick; nullopt in the pause between two digits and at the end.
  std::optional<Packet> tick(OutgoingLine& line, std::uint8_t payload_type, base::Instant now);

 private:
  enum class Stage : std::uint8_t { idle, sounding, ending, pause };
  std::string digits_;
  Stage stage_ = Stage::idle;
  std::uint8_t event_ = 0;
  std::uint32_t start_ = 0;
  std::uint16_t duration_ = 0;
  int left_ = 0;  // ticks of the stage
};

// Hears digits in the events that come in: once for each, whatever is lost or repeated of its packets.
class EventReceiver {
 public:
  // The digit when this packet is the first heard of it.
  std::optional<char> on_packet(std::uint32_t timestamp, const TelephoneEvent& event);

 private:
  bool any_ = false;
  std::uint32_t timestamp_ = 0;
};

}  // namespace ziptone::media
