// A browser's socket in front of a real plane: it checks, shakes hands and speaks on its own 20 ms clock.
#pragma once

#include "browser.hpp"
#include "far_end.hpp"

namespace ziptone::mediaplane {

class BrowserEnd {
 public:
  explicit BrowserEnd(std::uint8_t last = 9) : socket_{last} {}
  // At an address of the plane's own.
  explicit BrowserEnd(const media::IpAddress& address) : socket_{address}, server_{address, 0} {}

  // Offers, and takes the answer; false when the plane refuses.
  bool offer(MediaPlane& plane, LegId leg) {
    const auto answer = plane.answer_webrtc(leg, page.offer());
    EXPECT_TRUE(answer) << (answer ? "" : to_string(answer.error()));
    if (answer) take_answer(*answer);
    return answer.has_value();
  }
  void take_answer(const std::string& answer) {
    page.take_answer(answer);
    server_.port = port_of(answer);
  }
  // Checks and shakes hands until both ends have keys.
  bool connect() {
    const auto deadline = Clock::now() + kLongest;
    send(page.check());
    while (!page.is_connected() && Clock::now() < deadline) {
      ::poll(nullptr, 0, 5);
      receive();
    }
    return page.is_connected();
  }
  bool join(MediaPlane& plane, LegId leg) { return offer(plane, leg) && connect(); }

  void send(const webrtc::Bytes& bytes) { send_to(socket_, bytes); }
  void send_to(const FarEnd& from, const webrtc::Bytes& bytes) const {
    const auto to = to_socket_address(server_);
    ::sendto(from.fd(), bytes.data(), bytes.size(), 0, to.get(), to.size);
  }
  // The next 20 ms of a tone, sealed.
  webrtc::Bytes tone(double hz) {
    const auto payload = sine(media::Codec::pcmu, hz, position_);
    webrtc::Bytes packet(12 + payload.size() + webrtc::kSrtpRoom);
    media::write_rtp_header({false, 0, sequence_++, timestamp_, ssrc},
                            std::span<std::uint8_t, 12>{packet.data(), 12});
    std::copy(payload.begin(), payload.end(), packet.begin() + 12);
    timestamp_ += 160;
    position_ += 160;
    std::size_t size = 12 + payload.size();
    EXPECT_TRUE(page.srtp->protect(packet.data(), size));
    packet.resize(size);
    return packet;
  }
  void send_tone(double hz) { send(tone(hz)); }

  // Takes what has come: handshakes go on, sound is kept.
  void receive() {
    webrtc::Bytes buffer(2048);
    for (ssize_t n = 0; (n = ::recv(socket_.fd(), buffer.data(), buffer.size(), 0)) >= 0;) {
      const auto came = std::span{buffer}.first(static_cast<std::size_t>(n));
      if (webrtc::is_stun(came)) {
        ++responses;
        if (!page.is_connected())
          for (const auto& record : page.shake()) send(record);
      } else if (webrtc::is_dtls(came)) {
        for (const auto& record : page.shake(came)) send(record);
      } else if (page.is_connected()) {
        hear(came);
      }
    }
  }
  std::size_t sounding(std::size_t from, double hz) const { return mediaplane::sounding(packets, from, hz); }
  std::vector<std::int16_t> samples(std::size_t from = 0) const {
    std::vector<std::int16_t> out;
    for (std::size_t i = from; i < packets.size(); ++i)
      for (const auto code : packets[i].payload) out.push_back(media::decode(media::Codec::pcmu, code));
    return out;
  }

  // How many packets of sound it has made.
  std::uint32_t sent() const { return timestamp_ / 160; }

  webrtc::Browser page;
  std::uint32_t ssrc = 0xB0B;
  std::vector<FarEnd::Packet> packets;
  unsigned responses = 0;
  unsigned reports = 0;  // RTCP

 private:
  static std::uint16_t port_of(const std::string& answer) {
    const auto at = answer.find("m=audio ") + 8;
    return static_cast<std::uint16_t>(std::stoul(answer.substr(at)));
  }
  void hear(std::span<std::uint8_t> came) {
    std::size_t size = 0;
    if (media::is_rtcp(came)) {
      if (page.srtp->unprotect_rtcp(came, size)) ++reports;
      return;
    }
    if (!page.srtp->unprotect(came, size)) return;
    if (const auto packet = media::parse_rtp(came.first(size)))
      packets.push_back({packet->header, {packet->payload.begin(), packet->payload.end()}, Clock::now()});
  }

  FarEnd socket_;
  Endpoint server_{loopback(), 0};
  std::uint16_t sequence_ = 65'000;
  std::uint32_t timestamp_ = 0;
  std::uint32_t position_ = 0;
};

}  // namespace ziptone::mediaplane
