#include "peer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ziptone::bench {
namespace {

constexpr std::size_t kAtOnce = 64;
constexpr Micros kRepeat = 500'000;  // RFC 3261 T1
constexpr int kTriesMax = 8;

int bound_socket() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int room = 4 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  Arrival::ask(fd);
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&local), sizeof local) != 0) {
    std::perror("bench peer: no socket");
    std::exit(1);
  }
  return fd;
}

int port_of(int fd) {
  sockaddr_in local{};
  socklen_t size = sizeof local;
  getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size);
  return ntohs(local.sin_port);
}

// The lines of a header (all of them, joined as they came), without its name; the product writes the long
// forms.
std::string header(std::string_view message, std::string_view name) {
  const std::string needle = fmt::format("\r\n{}:", name);
  const auto at = message.find(needle);
  if (at == std::string_view::npos) return {};
  const auto from = at + needle.size();
  std::string_view value = message.substr(from, message.find("\r\n", from) - from);
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  return std::string{value};
}

// Where the SDP in a message wants its sound.
sockaddr_in media_of(std::string_view message) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto at = message.find("\r\nm=audio ");
  unsigned port = 0;
  if (at != std::string_view::npos)
    std::from_chars(message.data() + at + 10, message.data() + message.size(), port);
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  return to;
}

std::string uri_in(const std::string& contact) {
  const auto from = contact.find('<');
  const auto to = contact.find('>');
  return from == std::string::npos ? contact : contact.substr(from + 1, to - from - 1);
}

}  // namespace

Peer::Peer(Options options)
    : options_(options),
      trunk_(bound_socket()),
      phones_(bound_socket()),
      callee_rtp_(bound_socket()),
      agent_rtp_(bound_socket()),
      by_media_port_(65536) {}

Peer::~Peer() {
  for (const int fd : {trunk_, phones_, callee_rtp_, agent_rtp_}) close(fd);
}

void Peer::say(int socket, const std::string& text, const sockaddr_in& to) {
  sendto(socket, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

void Peer::run() {
  fmt::print("{} {}\n", port_of(trunk_), port_of(phones_));
  std::fflush(stdout);
  std::array<pollfd, 5> ready{{{trunk_, POLLIN, 0},
                               {phones_, POLLIN, 0},
                               {agent_rtp_, POLLIN, 0},
                               {callee_rtp_, POLLIN, 0},
                               {STDIN_FILENO, POLLIN, 0}}};
  next_tick_ = now_micros();
  for (;;) {
    const Micros wait = next_tick_ - now_micros();
    const timespec limit{0, std::max<Micros>(wait, 0) * 1000};
    ppoll(ready.data(), ready.size(), &limit, nullptr);
    if (ready[0].revents) on_sip(trunk_, false);
    if (ready[1].revents) on_sip(phones_, true);
    if (ready[2].revents) on_rtp(agent_rtp_, true);
    if (ready[3].revents) on_rtp(callee_rtp_, false);
    if (ready[4].revents && !on_command()) return;
    for (Micros now = now_micros(); next_tick_ <= now; next_tick_ += 1000) {
      callees_.ticked(now - next_tick_);
      tick(next_tick_);
    }
  }
}

void Peer::on_sip(int socket, bool phone) {
  std::array<char, 8192> bytes;
  sockaddr_in from{};
  for (;;) {
    socklen_t size = sizeof from;
    const auto got =
        recvfrom(socket, bytes.data(), bytes.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0) return;
    on_message(socket, phone, {bytes.data(), static_cast<std::size_t>(got)}, from);
  }
}

void Peer::on_message(int socket, bool phone, std::string_view message, const sockaddr_in& from) {
  const Micros now = now_micros();
  if (message.starts_with("INVITE ")) return on_invite(socket, phone, message, from);
  const auto at = calls_.find(header(message, "Call-ID"));
  if (message.starts_with("ACK ")) {
    if (at == calls_.end()) return;
    at->second.answer_at = 0;
    if (at->second.trace.acked_at == 0) at->second.trace.acked_at = now;
    return;
  }
  if (message.starts_with("SIP/2.0 ")) {  // of our BYE
    if (at == calls_.end()) return;
    at->second.bye_at = 0;
    if (at->second.trace.bye_answered_at == 0) {
      at->second.trace.bye_answered_at = now;
      over_.push_back(at->first);
    }
    return;
  }
  if (message.starts_with("BYE ") && at != calls_.end() && at->second.trace.ended_at == 0) {
    at->second.trace.ended_at = at->second.trace.bye_answered_at = now;
    at->second.bye_at = 0;
    over_.push_back(at->first);
  }
  say(socket,
      fmt::format("SIP/2.0 200 OK\r\nVia: {}\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: "
                  "{}\r\nContent-Length: 0\r\n\r\n",
                  header(message, "Via"), header(message, "From"), header(message, "To"),
                  header(message, "Call-ID"), header(message, "CSeq")),
      from);
}

void Peer::on_invite(int socket, bool phone, std::string_view message, const sockaddr_in& from) {
  const std::string call_id = header(message, "Call-ID");
  const auto [at, fresh] = calls_.try_emplace(call_id);
  Call& call = at->second;
  if (!fresh) return say(socket, call.answer, from);
  const Micros now = now_micros();
  call.trace.invited_at = now;
  call.number = next_number_++;
  call.server = from;
  call.phone = phone;
  call.media = media_of(message);
  const std::string to = fmt::format("{};tag=p{}", header(message, "To"), call.number);
  const std::string contact = fmt::format("<sip:127.0.0.1:{}>", port_of(socket));
  const std::string sdp = fmt::format(
      "v=0\r\no=bench 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {} RTP/AVP 0 "
      "101\r\n"
      "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n",
      port_of(phone ? agent_rtp_ : callee_rtp_));
  call.answer = fmt::format(
      "SIP/2.0 200 OK\r\nVia: {}\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {}\r\nContact: {}\r\n"
      "Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{}",
      header(message, "Via"), header(message, "From"), to, call_id, header(message, "CSeq"), contact,
      sdp.size(), sdp);
  call.bye = fmt::format(
      "BYE {} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{};branch=z9hG4bKb{}\r\nMax-Forwards: 70\r\nFrom: "
      "{}\r\nTo: {}\r\n"
      "Call-ID: {}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n",
      uri_in(header(message, "Contact")), port_of(socket), call.number, to, header(message, "From"), call_id);
  by_number_.resize(next_number_);
  by_number_[call.number] = &call.trace;
  call.trace.answered_at = now_micros();
  call.answer_at = call.trace.answered_at + kRepeat;
  say(socket, call.answer, from);
  if (!phone && options_.talk)
    call.bye_at = call.trace.answered_at + options_.talk + std::rand() % (options_.talk_more + 1);
  if (!phone) by_media_port_[ntohs(call.media.sin_port)] = &call;
  if (phone && !options_.agents_speak) return;
  // A telephone's sound does not wait for the answer: its next packet is due at some instant of the next 20
  // ms.
  const auto slot = static_cast<std::size_t>(next_tick_ / 1000 + 1 + std::rand() % 20) % 20;
  wheel_[slot].push_back({call.number, call.media, 0, phone ? 0 : call.bye_at, !phone, &call.trace});
}

void Peer::on_rtp(int socket, bool agents_ear) {
  static std::array<std::array<unsigned char, 256>, kAtOnce> bytes;
  std::array<mmsghdr, kAtOnce> messages{};
  std::array<iovec, kAtOnce> parts{};
  std::array<sockaddr_in, kAtOnce> from{};
  std::array<Arrival, kAtOnce> arrivals;
  for (std::size_t i = 0; i < kAtOnce; ++i) {
    parts[i] = {bytes[i].data(), bytes[i].size()};
    messages[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, &arrivals[i], sizeof arrivals[i], 0};
  }
  const int got = recvmmsg(socket, messages.data(), kAtOnce, MSG_DONTWAIT, nullptr);
  const Micros now = now_micros();
  for (std::size_t i = 0; got > 0 && i < static_cast<std::size_t>(got); ++i) {
    const auto voice = Voice::read(bytes[i].data(), messages[i].msg_len);
    if (!voice) continue;
    if (agents_ear) {
      Trace* trace = voice->number < by_number_.size() ? by_number_[voice->number] : nullptr;
      if (!trace || trace->heard_at) continue;
      trace->heard_at = now;
      trace->first_heard = voice->index;
    } else if (Call* call = by_media_port_[ntohs(from[i].sin_port)]) {
      if (call->trace.spoken_at == 0) call->trace.spoken_at = now;
      callees_.hear(call->heard, *voice, arrivals[i].at());
    }
  }
}

void Peer::tick(Micros now) {
  send_due(now);
  if (now < next_repeat_) return;
  next_repeat_ = now + 5000;
  repeat(now);
}

// Everybody whose 20 ms are over in this millisecond.
void Peer::send_due(Micros now) {
  auto& due = wheel_[static_cast<std::size_t>(now / 1000) % 20];
  std::erase_if(due, [now](const Stream& stream) { return stream.until && now >= stream.until; });
  static std::array<std::array<unsigned char, kRtpSize>, kAtOnce> bytes;
  for (std::size_t first = 0; first < due.size(); first += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, due.size() - first);
    std::array<std::array<mmsghdr, kAtOnce>, 2> messages{};
    std::array<unsigned, 2> sizes{};
    std::array<iovec, kAtOnce> parts{};
    for (std::size_t i = 0; i < count; ++i) {
      Stream& stream = due[first + i];
      auto& packet = bytes[i];
      packet.fill(0xFF);
      packet[0] = 0x80;
      packet[1] = 0;
      const std::uint16_t sequence = htons(static_cast<std::uint16_t>(stream.packets));
      const std::array<std::uint32_t, 2> words{htonl(stream.packets * 160), htonl(stream.number + 1)};
      std::memcpy(&packet[2], &sequence, sizeof sequence);
      std::memcpy(&packet[4], words.data(), sizeof words);
      Voice{.number = stream.number, .index = stream.packets, .sent_at = micros(CLOCK_REALTIME)}.write(
          &packet[kRtpHeader]);
      if (stream.callee && stream.packets == 0) stream.trace->sound_at = now_micros();
      ++stream.packets;
      parts[i] = {packet.data(), packet.size()};
      const std::size_t side = stream.callee ? 0 : 1;
      messages[side][sizes[side]++].msg_hdr = {&stream.to, sizeof stream.to, &parts[i], 1, nullptr, 0, 0};
    }
    sendmmsg(callee_rtp_, messages[0].data(), sizes[0], 0);
    sendmmsg(agent_rtp_, messages[1].data(), sizes[1], 0);
  }
}

// BYEs whose time has come, and answers that nobody acknowledged.
void Peer::repeat(Micros now) {
  for (auto& [call_id, call] : calls_) {
    const int socket = call.phone ? phones_ : trunk_;
    if (call.bye_at && now >= call.bye_at) {
      if (call.trace.ended_at == 0) call.trace.ended_at = now_micros();
      say(socket, call.bye, call.server);
      call.bye_at = ++call.tries < kTriesMax ? now + kRepeat : 0;
    }
    if (call.answer_at && now >= call.answer_at) {
      say(socket, call.answer, call.server);
      call.answer_at = now + kRepeat;
    }
  }
}

bool Peer::on_command() {
  std::array<char, 256> bytes;
  const auto got = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got <= 0) return false;
  commands_.append(bytes.data(), static_cast<std::size_t>(got));
  for (auto end = commands_.find('\n'); end != std::string::npos; end = commands_.find('\n')) {
    const std::string line = commands_.substr(0, end);
    commands_.erase(0, end + 1);
    if (line == "quit") return false;
    obey(line);
  }
  return true;
}

void Peer::obey(const std::string& line) {
  if (line == "report") report();
  if (line == "listen") callees_.listen();
  if (line == "heard") {
    const auto stands = [](const auto& call) {
      return !call.second.phone && call.second.trace.ended_at == 0;
    };
    fmt::print("{} {}\n", callees_.text(), std::count_if(calls_.begin(), calls_.end(), stands));
    std::fflush(stdout);
  }
  if (line.starts_with("talk ")) {
    char* more = nullptr;
    options_.talk = std::strtoll(line.c_str() + 5, &more, 10);
    options_.talk_more = std::strtoll(more, nullptr, 10);
  }
}

void Peer::report() {
  for (const std::string& call_id : over_) {
    const auto at = calls_.find(call_id);
    if (at == calls_.end()) continue;
    const Trace& t = at->second.trace;
    if (!at->second.phone)
      fmt::print("{} {} {} {} {} {} {} {} {}\n", t.invited_at, t.answered_at, t.acked_at, t.sound_at,
                 t.heard_at, t.first_heard, t.spoken_at, t.ended_at, t.bye_answered_at);
    auto& by_port = by_media_port_[ntohs(at->second.media.sin_port)];
    if (by_port == &at->second) by_port = nullptr;
    by_number_[at->second.number] = nullptr;
    for (auto& slot : wheel_)
      std::erase_if(slot, [&](const Stream& s) { return s.trace == &at->second.trace; });
    calls_.erase(at);
  }
  over_.clear();
  fmt::print(".\n");
  std::fflush(stdout);
}

}  // namespace ziptone::bench

int main(int count, char** words) {
  ziptone::bench::Peer::Options options;
  for (int i = 1; i < count; ++i)
    if (std::string_view{words[i]} == "--silent-agents") options.agents_speak = false;
  ziptone::bench::Peer peer{options};
  peer.run();
}
