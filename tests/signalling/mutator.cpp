#include "mutator.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

namespace ziptone::signalling::test {

namespace {

using namespace std::string_view_literals;

// What parsers have stumbled over: ends of strings, quotes, folding, UTF-8 that is none, and formats.
constexpr std::array kOdd{"\0"sv,
                          "\r\n"sv,
                          "\r\n "sv,
                          "\n"sv,
                          "\r"sv,
                          "\""sv,
                          "\\"sv,
                          "<"sv,
                          ">"sv,
                          ";"sv,
                          ","sv,
                          ":"sv,
                          "@"sv,
                          "%00"sv,
                          "%"sv,
                          "%n%s"sv,
                          "[::"sv,
                          "]"sv,
                          "\xC0\x80"sv,
                          "\xFF"sv,
                          "\xED\xA0\x80"sv,
                          "\xE2\x80\xAE"sv,
                          "\xF4\x90\x80\x80"sv,
                          "=?"sv,
                          ";;=="sv,
                          "\t"sv,
                          "*"sv,
                          "("sv};
constexpr std::array kNumbers{"0"sv,
                              "-1"sv,
                              "1"sv,
                              "65536"sv,
                              "2147483647"sv,
                              "2147483648"sv,
                              "4294967295"sv,
                              "4294967296"sv,
                              "18446744073709551616"sv,
                              "00000000000000000001"sv,
                              "1e9"sv,
                              ""sv};
constexpr std::array kHuge{"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK"sv,
                           "Route: <sip:a@127.0.0.1;lr>,"sv,
                           "Contact: <sip:a@127.0.0.1>,"sv,
                           "X-Long: "sv,
                           "Subject: "sv,
                           "Reason: Q.850;cause=16;text="sv,
                           "Authorization: Digest realm="sv};

// Where the lines of the head begin; the last entry is where the empty line begins.
std::vector<std::size_t> lines_of(const std::string& m) {
  std::vector<std::size_t> starts{0};
  const std::size_t end = std::min(m.find("\r\n\r\n"), m.size());
  for (std::size_t at = m.find("\r\n"); at < end; at = m.find("\r\n", at + 2)) starts.push_back(at + 2);
  starts.push_back(std::min(end + 2, m.size()));
  return starts;
}

}  // namespace

std::size_t Mutator::below(std::size_t end) {
  return end == 0 ? 0 : std::uniform_int_distribution<std::size_t>{0, end - 1}(random_);
}

std::string Mutator::spoil(std::string m, const std::vector<std::string>& corpus, std::size_t limit) {
  for (std::size_t faults = 1 + below(4); faults > 0; --faults) {
    switch (below(12)) {
      case 0:
        bits(m);
        break;
      case 1:
      case 2:
        bytes(m);
        break;
      case 3:
        pieces(m);
        break;
      case 4:
      case 5:
      case 6:
        headers(m);
        break;
      case 7:
      case 8:
        numbers(m);
        break;
      case 9:
        huge(m, limit);
        break;
      case 10:
        m.resize(below(m.size() + 1));
        break;
      default: {
        const std::string& other = pick(corpus);
        m = m.substr(0, below(m.size() + 1)) + other.substr(below(other.size() + 1));
      }
    }
  }
  m.resize(std::min(m.size(), limit));
  return m;
}

void Mutator::bits(std::string& m) {
  if (m.empty()) return;
  for (std::size_t flips = 1 + below(8); flips > 0; --flips) {
    char& c = m[below(m.size())];
    c = static_cast<char>(static_cast<unsigned char>(c) ^ (1u << below(8)));
  }
}

void Mutator::bytes(std::string& m) {
  const std::string_view odd = kOdd[below(kOdd.size())];
  const std::size_t at = below(m.size() + 1);
  if (below(2) == 0)
    m.insert(at, odd);
  else
    m.replace(at, std::min(odd.size(), m.size() - at), odd);
}

void Mutator::pieces(std::string& m) {
  const std::size_t at = below(m.size() + 1);
  const std::string piece = m.substr(at, 1 + below(40));
  const std::size_t what = below(3);
  if (what != 0) m.erase(at, piece.size());             // cut, or moved
  if (what != 1) m.insert(below(m.size() + 1), piece);  // doubled, or moved
}

void Mutator::headers(std::string& m) {
  const auto starts = lines_of(m);
  if (starts.size() < 3) return;
  const std::size_t line = below(starts.size() - 1);
  const std::string text = m.substr(starts[line], starts[line + 1] - starts[line]);
  const std::size_t what = below(4);
  if (what == 0) {  // doubled, up to 200 times
    const std::size_t times = below(8) == 0 ? 200 : 1;
    std::string more;
    for (std::size_t i = 0; i < times; ++i) more += text;
    m.insert(starts[line], more);
  } else if (what == 1) {
    m.erase(starts[line], text.size());
  } else if (what == 2) {  // its value is empty, or its name
    const auto colon = text.find(':');
    if (colon == std::string::npos) return;
    m.replace(starts[line], text.size(),
              below(2) == 0 ? text.substr(0, colon + 1) + "\r\n" : text.substr(colon));
  } else {
    m.erase(starts[line], text.size());
    m.insert(starts[below(line + 1)], text);
  }
}

void Mutator::numbers(std::string& m) {
  const auto length = m.find("Content-Length:");
  std::size_t at = below(3) == 0 && length != std::string::npos ? length : below(m.size() + 1);
  while (at < m.size() && std::isdigit(static_cast<unsigned char>(m[at])) == 0) ++at;
  std::size_t end = at;
  while (end < m.size() && std::isdigit(static_cast<unsigned char>(m[end])) != 0) ++end;
  if (at < end) m.replace(at, end - at, kNumbers[below(kNumbers.size())]);
}

void Mutator::huge(std::string& m, std::size_t limit) {
  const auto starts = lines_of(m);
  std::string line{kHuge[below(kHuge.size())]};
  const std::string unit = below(2) == 0 ? "a" : line;
  const std::size_t size = below(limit);
  while (line.size() < size) line += unit;
  m.insert(starts[below(starts.size())], line + "\r\n");
}

std::vector<std::string> valid_messages() {
  const std::string sdp =
      "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 41000 RTP/AVP 8 0 "
      "101\r\n"
      "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendonly\r\n";
  const auto message = [](const char* method, const std::string& lines, const std::string& body = "") {
    return fmt::format(
        "{0} sip:ziptone@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKfuzz{0};rport\r\n"
        "Max-Forwards: 70\r\nFrom: \"Ay\xC5\x9F"
        "e\" <sip:ayse@ziptone>;tag=f1\r\nTo: <sip:ayse@ziptone>\r\n"
        "Call-ID: fuzz-{0}@127.0.0.1\r\nCSeq: 7 {0}\r\n{1}Content-Length: {2}\r\n\r\n{3}",
        method, lines, body.size(), body);
  };
  const std::string contact = "Contact: <sip:ayse@127.0.0.1:5066>;expires=60\r\n";
  return {
      message("OPTIONS", "Accept: application/sdp\r\n"),
      message("REGISTER", contact + "Expires: 60\r\n"),
      message("REGISTER",
              contact + "Authorization: Digest username=\"ayse\", realm=\"ziptone\", nonce=\"5f.ab\", "
                        "uri=\"sip:ziptone\", response=\"0123456789abcdef0123456789abcdef\", cnonce=\"c\", "
                        "qop=auth, nc=00000001, algorithm=MD5\r\n"),
      message("INVITE",
              contact + "Supported: timer, 100rel\r\nSession-Expires: 90;refresher=uac\r\n"
                        "Content-Type: application/sdp\r\n",
              sdp),
      message("ACK", ""),
      message("BYE", "Reason: Q.850;cause=16;text=\"Normal\"\r\n"),
      message("CANCEL", "Reason: SIP;cause=200\r\n"),
      message("UPDATE", contact + "Content-Type: application/sdp\r\n", sdp),
      message("INFO", "Content-Type: application/dtmf-relay\r\n", "Signal=5\r\nDuration=160\r\n"),
      message("PRACK", "RAck: 1 7 INVITE\r\n"),
      message("REFER", "Refer-To: <sip:elsewhere@example.org>\r\n"),
      message("MESSAGE", "Content-Type: text/plain\r\n", "hello"),
      message("SUBSCRIBE", "Event: presence\r\nExpires: 3600\r\n"),
  };
}

}  // namespace ziptone::signalling::test
