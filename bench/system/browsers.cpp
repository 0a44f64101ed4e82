// Hundreds of agents' browsers for the load bench, without a browser: each has its desk's live WebSocket
// open, a voice path by ICE, DTLS and SRTP (the far end of the media plane's tests), gives consent every 5 s,
// and sends 50 sealed packets a second, in a call or not. One thread and one socket a browser.
//
//     bench_system_browsers API_PORT
//
// Reads from standard input: `join TOKEN` (the next agent), `listen` (begin the account of what is heard),
// `heard` (print it, see Ears::text), `quit`. Prints: `up N` when the voice path of the N-th stands,
// `gone N WHY`, and of every desk that came `desk N MICROS STATE IDLE_CODE PROGRESS` (CLOCK_MONOTONIC).
#include <memory>
#include <vector>

#include <boost/json.hpp>
#include <sys/epoll.h>

#include "browser.hpp"
#include "desk_socket.hpp"
#include "media/rtp.hpp"
#include "server/mediaplane/webrtc/dtls.hpp"
#include "server/mediaplane/webrtc/stun.hpp"
#include "voice.hpp"

namespace ziptone::bench {
namespace {

namespace js = boost::json;
namespace webrtc = mediaplane::webrtc;

constexpr Micros kConsent = 5'000'000;  // RFC 7675 5.1: a check every 5 s, about

struct Page {
  Page(std::uint32_t number_, std::uint16_t port, const std::string& token)
      : number{number_}, desk{port, token} {
    browser.ufrag = fmt::format("B{:05}", number);
    desk.say(js::serialize(js::object{{"type", "webrtc"}, {"sdp", browser.offer()}}));
  }
  ~Page() {
    if (rtp >= 0) ::close(rtp);
  }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  void send(const webrtc::Bytes& bytes) const {
    (void)!::send(rtp, bytes.data(), bytes.size(), MSG_DONTWAIT);
  }
  void shake(std::span<const std::uint8_t> came = {}) {
    for (const auto& record : browser.shake(came)) send(record);
  }

  std::uint32_t number;
  webrtc::Browser browser;
  DeskSocket desk;
  int rtp = -1;
  std::uint32_t packets = 0;
  Micros check_at = 0;
  Ears::Last heard;
};

class Browsers {
 public:
  explicit Browsers(std::uint16_t port) : port_{port}, epoll_{::epoll_create1(0)} {
    watch(STDIN_FILENO, kCommands);
  }
  ~Browsers() { ::close(epoll_); }
  Browsers(const Browsers&) = delete;
  Browsers& operator=(const Browsers&) = delete;

  void run() {
    next_tick_ = now_micros();
    while (!over_) {
      const timespec wait{0,
                          static_cast<long>(std::clamp<Micros>(next_tick_ - now_micros(), 0, 1000) * 1000)};
      static std::array<epoll_event, 1024> ready;
      const int count = ::epoll_pwait2(epoll_, ready.data(), ready.size(), &wait, nullptr);
      for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i)
        on_ready(ready[i].data.u64);
      for (Micros now = now_micros(); next_tick_ <= now; next_tick_ += 1000) {
        ears_.ticked(now - next_tick_);
        tick(next_tick_);
      }
      std::fflush(stdout);
    }
  }

 private:
  static constexpr std::uint64_t kCommands = ~0ull;

  void watch(int fd, std::uint64_t what) {
    epoll_event event{EPOLLIN, {.u64 = what}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }
  // A page's desk is twice its number, its voice one more.
  void on_ready(std::uint64_t what) {
    if (what == kCommands) return on_commands();
    Page& page = *pages_[what / 2];
    if (what % 2 != 0) return on_voice(page);
    if (page.desk.receive([&](const std::string& text) { on_desk(page, text); })) return;
    fmt::print("gone {} closed\n", page.number);
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, page.desk.fd(), nullptr);
  }
  void on_commands() {
    std::array<char, 4096> bytes;
    const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got <= 0) over_ = true;
    commands_.append(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    for (auto end = commands_.find('\n'); end != std::string::npos; end = commands_.find('\n')) {
      obey(commands_.substr(0, end));
      commands_.erase(0, end + 1);
    }
  }
  void obey(const std::string& line) {
    if (line == "quit") over_ = true;
    if (line == "listen") ears_.listen();
    if (line == "heard") fmt::print("heard {}\n", ears_.text());
    if (!line.starts_with("join ")) return;
    const auto number = static_cast<std::uint32_t>(pages_.size());
    pages_.push_back(std::make_unique<Page>(number, port_, line.substr(5)));
    watch(pages_.back()->desk.fd(), 2ull * number);
  }

  void on_desk(Page& page, const std::string& text) {
    const Micros now = now_micros();
    const js::value frame = js::parse(text);
    const auto& type = frame.at("type").as_string();
    if (type == "webrtc") return take_answer(page, std::string{frame.at("sdp").as_string()});
    if (type != "desk") return fmt::print("gone {} {}\n", page.number, text);
    const js::value& desk = frame.at("desk");
    const js::value& agent = desk.at("agent");
    const js::value& attempt = desk.at("attempt");
    const auto code = agent.at("idle_code").is_null() ? 0 : agent.at("idle_code").as_int64();
    fmt::print("desk {} {} {} {} {}\n", page.number, now, agent.at("state").as_string().c_str(), code,
               attempt.is_null() ? "-" : attempt.at("progress").as_string().c_str());
  }
  void take_answer(Page& page, const std::string& sdp) {
    page.browser.take_answer(sdp);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoul(sdp.substr(sdp.find("m=audio ") + 8))));
    page.rtp = ::socket(AF_INET, SOCK_DGRAM, 0);
    ::connect(page.rtp, reinterpret_cast<sockaddr*>(&to), sizeof to);
    Arrival::ask(page.rtp);
    watch(page.rtp, 2ull * page.number + 1);
    page.send(page.browser.check());
    page.check_at = now_micros() + kConsent;
  }

  void on_voice(Page& page) {
    std::array<std::uint8_t, 2048> bytes;
    Arrival arrival;
    iovec part{bytes.data(), bytes.size()};
    msghdr message{nullptr, 0, &part, 1, &arrival, sizeof arrival, 0};
    const auto got = ::recvmsg(page.rtp, &message, MSG_DONTWAIT);
    if (got <= 0) return;
    const auto came = std::span{bytes}.first(static_cast<std::size_t>(got));
    if (webrtc::is_stun(came) || webrtc::is_dtls(came)) return on_handshake(page, came);
    if (!page.browser.is_connected() || media::is_rtcp(came)) return;
    std::size_t size = 0;
    if (!page.browser.srtp->unprotect(came, size)) return;
    if (const auto voice = Voice::read(bytes.data(), size)) ears_.hear(page.heard, *voice, arrival.at());
  }
  // The first response to a check begins the handshake; later ones are consent.
  void on_handshake(Page& page, std::span<const std::uint8_t> came) {
    const bool was = page.browser.is_connected();
    if (webrtc::is_dtls(came))
      page.shake(came);
    else if (!was)
      page.shake();
    if (page.browser.is_connected() && !was) fmt::print("up {}\n", page.number);
    if (page.browser.alerted) fmt::print("gone {} goodbye\n", page.number);
  }

  // Whose 20 ms are over in this millisecond: every twentieth.
  void tick(Micros now) {
    for (std::size_t i = static_cast<std::size_t>(now / 1000) % 20; i < pages_.size(); i += 20) {
      Page& page = *pages_[i];
      if (page.rtp < 0) continue;
      if (now >= page.check_at) {
        page.send(page.browser.check());
        page.check_at = now + kConsent;
      }
      if (page.browser.is_connected()) speak(page);
    }
  }
  static void speak(Page& page) {
    std::array<std::uint8_t, kRtpSize + webrtc::kSrtpRoom> packet;
    packet.fill(0xFF);
    media::write_rtp_header(
        {false, 0, static_cast<std::uint16_t>(page.packets), page.packets * 160, page.number + 1},
        std::span<std::uint8_t, kRtpHeader>{packet.data(), kRtpHeader});
    Voice{.number = page.number, .index = page.packets++, .sent_at = micros(CLOCK_REALTIME)}.write(
        &packet[kRtpHeader]);
    std::size_t size = kRtpSize;
    if (page.browser.srtp->protect(packet.data(), size))
      (void)!::send(page.rtp, packet.data(), size, MSG_DONTWAIT);
  }

  std::uint16_t port_;
  int epoll_;
  bool over_ = false;
  Micros next_tick_ = 0;
  std::string commands_;
  std::vector<std::unique_ptr<Page>> pages_;
  Ears ears_;
};

}  // namespace
}  // namespace ziptone::bench

int main(int count, char** words) {
  if (count < 2) return 1;
  ziptone::bench::Browsers{static_cast<std::uint16_t>(std::stoul(words[1]))}.run();
}
