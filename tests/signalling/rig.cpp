#include "rig.hpp"

#include <chrono>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/check.hpp"

namespace ziptone::signalling::test {

namespace {

bool same_name(const std::string& a, const std::string& b) { return strcasecmp(a.c_str(), b.c_str()) == 0; }

}  // namespace

std::string offer(std::uint16_t port) {
  return fmt::format(
      "v=0\r\no=ziptone 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
      "m=audio {} RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
      "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n",
      port);
}

Config plain_config() {
  Config config;
  config.site_key = kSiteKey;
  config.may_dial = [](const std::string&) { return true; };
  return config;
}

TrunkConfig plain_trunk(std::uint16_t port) {
  TrunkConfig trunk;
  trunk.id = base::TrunkId{1};
  trunk.name = "test";
  trunk.host = "127.0.0.1";
  trunk.port = port;
  trunk.cps = 100;
  trunk.options_interval = base::Duration{};
  return trunk;
}

Rig::Rig(Config config)
    : signalling_(std::move(config), [this](Report report) {
        if (on_sip_thread) on_sip_thread(report);
        const std::lock_guard lock(mutex_);
        reports_.push_back(std::move(report));
        arrived_.notify_all();
      }) {
  base::fatal_bugs(true);
  const auto started = signalling_.start();
  if (!started) ADD_FAILURE() << base::to_string(started.error());
}

Rig::~Rig() { signalling_.stop(base::milliseconds{100}); }

void Rig::post(Command command) { ASSERT_TRUE(signalling_.post(std::move(command))); }

void Rig::call(std::uint64_t attempt, const std::string& to) {
  post(Invite{base::AttemptId{attempt}, base::TrunkId{1}, to, "+902123334455", offer()});
}

// ---- messages
// --------------------------------------------------------------------------------------------------

std::optional<Message> parse(const std::string& datagram) {
  Message message;
  const auto end = datagram.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  std::size_t at = datagram.find("\r\n");
  message.first = datagram.substr(0, at);
  while (at < end) {
    at += 2;
    const auto next = datagram.find("\r\n", at);
    const std::string line = datagram.substr(at, next - at);
    const auto colon = line.find(':');
    if (colon == std::string::npos) return std::nullopt;
    const auto value = line.find_first_not_of(' ', colon + 1);
    message.headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
    at = next;
  }
  message.body = datagram.substr(end + 4);
  return message;
}

std::string Message::get(const std::string& name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return "";
}

std::vector<std::string> Message::all(const std::string& name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) values.push_back(value);
  return values;
}

std::string Message::method() const {
  return first.rfind("SIP/2.0 ", 0) == 0 ? "" : first.substr(0, first.find(' '));
}

int Message::status() const { return first.rfind("SIP/2.0 ", 0) == 0 ? std::stoi(first.substr(8)) : 0; }

std::string Message::tag(const std::string& header) const {
  const std::string value = get(header);
  const auto at = value.find(";tag=");
  return at == std::string::npos ? "" : value.substr(at + 5, value.find(';', at + 5) - at - 5);
}

// ---- the peer
// --------------------------------------------------------------------------------------------------

Peer::Peer(const std::string& address) : address_(address) {
  fd_ = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &name.sin_addr);
  socklen_t size = sizeof name;
  VERIFY(bind(fd_, reinterpret_cast<sockaddr*>(&name), size) == 0);
  VERIFY(getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size) == 0);
  port_ = ntohs(name.sin_port);
}

Peer::~Peer() { close(fd_); }

std::optional<Message> Peer::receive(const std::string& wanted, base::Duration limit) {
  const auto by = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(by - std::chrono::steady_clock::now()).count();
    pollfd ready{fd_, POLLIN, 0};
    if (left < 0 || poll(&ready, 1, static_cast<int>(left)) <= 0) return std::nullopt;
    char buffer[65536];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto got = recvfrom(fd_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0) continue;
    from_port_ = ntohs(from.sin_port);
    auto message = parse(std::string(buffer, static_cast<std::size_t>(got)));
    if (!message) continue;
    if (wanted.empty() || message->method() == wanted || std::to_string(message->status()) == wanted)
      return message;
  }
}

void Peer::send(const std::string& text) { send_to(from_port_, text); }

void Peer::send_to(std::uint16_t port, const std::string& text) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  VERIFY(sendto(fd_, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to) ==
         static_cast<ssize_t>(text.size()));
}

std::string Peer::contact() const { return fmt::format("<sip:peer@{}:{}>", address_, port_); }

std::string Peer::response(const Message& request, int status, const std::string& phrase,
                           const std::vector<std::string>& lines, const std::string& body,
                           const std::string& tag) const {
  std::string text = fmt::format("SIP/2.0 {} {}\r\n", status, phrase);
  for (const auto& via : request.all("Via")) text += "Via: " + via + "\r\n";
  text += "From: " + request.get("From") + "\r\n";
  const bool tagged = !request.tag("To").empty() || status == 100 || tag.empty();
  text += "To: " + request.get("To") + (tagged ? "" : ";tag=" + tag) + "\r\n";
  text += "Call-ID: " + request.get("Call-ID") + "\r\n";
  text += "CSeq: " + request.get("CSeq") + "\r\n";
  if (status > 100 && status < 300) text += "Contact: " + contact() + "\r\n";
  for (const auto& line : lines) text += line + "\r\n";
  if (!body.empty()) text += "Content-Type: application/sdp\r\n";
  return text + fmt::format("Content-Length: {}\r\n\r\n", body.size()) + body;
}

std::string Peer::request_in(const Message& invite, const std::string& method, unsigned cseq,
                             const std::vector<std::string>& lines, const std::string& body,
                             const std::string& tag) const {
  const std::string contact_value = invite.get("Contact");
  const std::string uri = contact_value.substr(1, contact_value.find('>') - 1);
  std::string text = fmt::format("{} {} SIP/2.0\r\n", method, uri);
  text +=
      fmt::format("Via: SIP/2.0/UDP {}:{};branch=z9hG4bKpeer{}{};rport\r\n", address_, port_, method, cseq);
  text += "Max-Forwards: 70\r\n";
  text += "From: " + invite.get("To") + ";tag=" + tag + "\r\n";
  text += "To: " + invite.get("From") + "\r\n";
  text += "Call-ID: " + invite.get("Call-ID") + "\r\n";
  text += fmt::format("CSeq: {} {}\r\n", cseq, method);
  text += "Contact: " + contact() + "\r\n";
  for (const auto& line : lines) text += line + "\r\n";
  if (!body.empty()) text += "Content-Type: application/sdp\r\n";
  return text + fmt::format("Content-Length: {}\r\n\r\n", body.size()) + body;
}

std::string Peer::answer_sdp(const std::string& direction, std::uint16_t port) const {
  return fmt::format(
      "v=0\r\no=peer 7 7 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio {1} RTP/AVP 8 101\r\n"
      "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na={2}\r\n",
      address_, port, direction);
}

}  // namespace ziptone::signalling::test
