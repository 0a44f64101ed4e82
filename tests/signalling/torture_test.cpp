// The 49 messages of RFC 4475 and the 12 of RFC 5118 at the live listeners, and a whole call after each of
// them.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "rig.hpp"

namespace ziptone::signalling::test {
namespace {

namespace fs = std::filesystem;

// What may come back; 0 is silence. `accepted` stands for what a well-formed request of its method gets: on
// the trunk listener INVITE 403, OPTIONS 200, REGISTER and MESSAGE 405, BYE 481; on the phone listener INVITE
// and REGISTER 401.
constexpr int kAccepted = -1;
struct Verdict {
  const char* file;
  std::set<int> may;
};

const std::vector<Verdict> kRfc4475{
    {"wsinv", {kAccepted}},
    {"intmeth", {501, 405, 400, 0}},  // dropped: the library takes no ` in a method (docs/reference/sip.md)
    {"esc01", {kAccepted}},
    {"escnull", {kAccepted}},
    {"esc02", {501, 405}},  // not REGISTER: nothing is decoded in a method
    {"lwsdisp", {kAccepted}},
    {"longreq", {kAccepted}},
    {"dblreq", {kAccepted}},
    {"semiuri", {kAccepted}},
    {"transports", {kAccepted}},
    {"mpart01", {kAccepted}},
    {"unreason", {0}},
    {"noreason", {0}},
    {"badinv01", {400, 0}},  // its Via is no address to answer to
    {"clerr", {400, 0}},
    {"ncl", {400}},
    {"scalar02", {400}},
    {"scalarlg", {0}},
    {"quotbal", {400}},
    {"ltgtruri", {400}},
    {"lwsruri", {400}},
    {"lwsstart", {400}},
    {"trws", {400, kAccepted}},
    {"escruri", {400}},
    {"baddate", {400, kAccepted}},
    {"regbadct", {400, kAccepted}},
    {"badaspec", {400}},
    {"baddn", {400, kAccepted}},
    {"badvers", {505, 0}},  // its Via is of that version too: no way back
    {"mismatch01", {400}},
    {"mismatch02", {400, 501}},
    {"bigcode", {0}},
    {"badbranch", {400, 0, kAccepted}},
    {"insuf", {400, 0}},
    {"unkscm", {416}},
    {"novelsc", {416}},
    {"unksm2", {kAccepted}},
    {"bext01", {420}},
    {"invut", {415}},
    {"regaut01", {kAccepted}},
    {"multi01", {400}},
    {"mcl01", {400}},
    {"bcast", {0}},
    {"zeromf", {kAccepted, 483}},
    {"cparam01", {kAccepted}},
    {"cparam02", {kAccepted}},
    {"regescrt", {kAccepted}},
    {"sdp01", {406, 488}},
    {"inv2543", {0, 400, kAccepted}},
};

const std::vector<Verdict> kRfc5118{
    {"ipv6-good", {kAccepted}},
    {"ipv6-bad", {400}},
    {"port-ambiguous", {kAccepted}},  // valid: the port is part of the address
    {"port-unambiguous", {kAccepted}},
    {"ipv6-correct-abnf-2-colons", {kAccepted}},
    {"ipv6-bug-abnf-3-colons", {400, kAccepted}},  // RFC 5118 4.4: may be taken
    {"mult-ip-in-header", {kAccepted}},
    {"mult-ip-in-sdp", {kAccepted}},
    {"ipv4-mapped-ipv6", {kAccepted}},
    {"ipv6-in-sdp", {kAccepted}},
    {"via-received-param-with-delim", {kAccepted}},
    {"via-received-param-no-delim", {kAccepted}},
};

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The status of the first reply over a TCP connection of its own; 0: none within the limit.
int status_over_tcp(std::uint16_t port, const std::string& text, base::Duration limit) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int status = 0;
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
      send(fd, text.data(), text.size(), MSG_NOSIGNAL) > 0) {
    pollfd ready{fd, POLLIN, 0};
    char buffer[4096];
    if (poll(&ready, 1, static_cast<int>(base::millis(limit))) > 0) {
      const auto got = recv(fd, buffer, sizeof buffer, 0);
      if (got > 12) status = std::stoi(std::string(buffer + 8, 3));
    }
  }
  close(fd);
  return status;
}

struct TortureTest : ::testing::Test {
  Peer carrier;
  std::unique_ptr<Rig> rig;
  std::uint64_t attempt = 0;
  void SetUp() override {
    Config config = plain_config();
    config.trunks.push_back(plain_trunk(carrier.port()));
    config.phones.push_back({base::AgentId{3}, "ayse", "geheim", ""});
    rig = std::make_unique<Rig>(std::move(config));
  }
  int accepted(const std::string& message, bool phone) {
    const std::string method = message.substr(0, message.find(' '));
    if (method == "OPTIONS") return 200;
    if (method == "INVITE") return phone ? 401 : 403;
    if (method == "REGISTER") return phone ? 401 : 405;
    return method == "BYE" ? 481 : 405;
  }
  // Sends the bytes as they are; by TCP when the message says that it came so.
  int status(std::string message, std::uint16_t port) {
    if (const auto tls = message.find("SIP/2.0/TLS");
        tls != std::string::npos && tls == message.find("SIP/2.0/"))
      message.replace(tls, 11, "SIP/2.0/UDP");  // the only change: these listeners speak no TLS
    const auto via = message.find("/TCP");
    const auto other = std::min(message.find("/UDP"), message.find("/TLS"));
    constexpr base::Duration kLimit = base::milliseconds{150};
    if (via < other) return status_over_tcp(port, message, kLimit);
    Peer stranger;
    stranger.send_to(port, message);
    const auto reply = stranger.receive("", kLimit);
    return reply ? reply->status() : 0;
  }
  void a_whole_call_works() {
    rig->call(++attempt);
    const auto invite = carrier.receive("INVITE");
    ASSERT_TRUE(invite);
    carrier.send(carrier.response(*invite, 200, "OK", {}, carrier.answer_sdp()));
    ASSERT_TRUE(rig->wait<Answered>());
    rig->post(Ack{base::AttemptId{attempt}});
    ASSERT_TRUE(carrier.receive("ACK"));
    carrier.send(carrier.request_in(*invite, "BYE", 1));
    ASSERT_TRUE(carrier.receive("200"));
    ASSERT_TRUE(rig->wait<HungUp>());
  }
  void torture(const fs::path& folder, const std::string& suffix, const std::vector<Verdict>& verdicts) {
    if (!fs::exists(folder)) GTEST_SKIP() << "skipped: not here: " << folder;
    for (const Verdict& verdict : verdicts) {
      SCOPED_TRACE(verdict.file);
      const std::string message = bytes_of(folder / (verdict.file + suffix));
      ASSERT_FALSE(message.empty());
      const auto ports = rig->signalling().ports();
      for (const bool phone : {false, true}) {
        std::set<int> may = verdict.may;
        if (may.erase(kAccepted) != 0) may.insert(accepted(message, phone));
        const int got = status(message, phone ? ports.phone : ports.trunk);
        EXPECT_TRUE(may.count(got) != 0) << (phone ? "phone" : "trunk") << " listener said " << got
                                         << ", may say " << fmt::format("{}", fmt::join(may, " "));
        std::printf("%-32s %-6s %d\n", verdict.file, phone ? "phone" : "trunk", got);
      }
      a_whole_call_works();
    }
  }
};

TEST_F(TortureTest, Rfc4475) {
  ASSERT_EQ(kRfc4475.size(), 49u);
  torture(fs::path(ZIPTONE_SHARED) / "data/rfc4475", ".dat", kRfc4475);
}

// badvers with a Via that can be answered: 505, to where it came from, without asking DNS for the Via's name.
TEST_F(TortureTest, AForeignVersionIsAnsweredToItsSource) {
  const std::string message =
      "OPTIONS sip:t@example.org SIP/7.0\r\nVia: SIP/2.0/UDP no.such.host.example;branch=z9hG4bKv\r\n"
      "Max-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:t@example.org>\r\nCall-ID: v7\r\nCSeq: 1 "
      "OPTIONS\r\n"
      "Content-Length: 0\r\n\r\n";
  EXPECT_EQ(status(message, rig->signalling().ports().trunk), 505);
  EXPECT_EQ(status(message, rig->signalling().ports().phone), 505);
}

TEST_F(TortureTest, Rfc5118) {
  ASSERT_EQ(kRfc5118.size(), 12u);
  torture(fs::path(ZIPTONE_SHARED) / "data/rfc5118", "", kRfc5118);
}

}  // namespace
}  // namespace ziptone::signalling::test
