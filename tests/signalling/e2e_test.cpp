// Calls against peers that are not ours: SIPp as the carrier, over UDP and TCP.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "rig.hpp"

namespace ziptone::signalling::test {
namespace {

namespace fs = std::filesystem;

bool is_installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

// A child process, its output in a file; ended with the object.
class Process {
 public:
  Process(const std::vector<std::string>& arguments, const fs::path& log) {
    pid_ = fork();
    if (pid_ != 0) return;
    FILE* out = freopen(log.c_str(), "w", stdout);
    if (out) dup2(fileno(out), 2);
    std::vector<char*> argv;
    for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  ~Process() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  // The exit status, or -1 when it has not ended within the limit.
  int wait(base::Duration limit) {
    const auto by = std::chrono::steady_clock::now() + limit;
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > by) return -1;
      std::this_thread::yield();
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
};

struct EndToEnd : ::testing::Test {
  fs::path folder;
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "ziptone-e2e-XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(folder); }
  static std::uint16_t free_port() { return Peer().port(); }
  std::string scenario(const std::string& name) {
    return std::string(ZIPTONE_SOURCE) + "/tests/signalling/sipp/" + name + ".xml";
  }
  std::unique_ptr<Process> sipp(const std::string& name, std::uint16_t port, int calls, bool tcp = false) {
    auto process = std::make_unique<Process>(
        std::vector<std::string>{"sipp", "-sf", scenario(name), "-i", "127.0.0.1", "-p", std::to_string(port),
                                 "-t", tcp ? "t1" : "u1", "-m", std::to_string(calls), "-nostdin", "-timeout",
                                 "60", "-timeout_error"},
        folder / "sipp.log");
    EXPECT_TRUE(is_taken(port, tcp)) << "SIPp did not come up";
    return process;
  }
  // Waits until somebody has bound the port, by asking the kernel: a bind of our own to try it would keep
  // SIPp out.
  static bool is_taken(std::uint16_t port, bool tcp) {
    const auto by = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    const std::string wanted = fmt::format(":{:04X} ", port);
    while (std::chrono::steady_clock::now() < by) {
      std::ifstream table(tcp ? "/proc/net/tcp" : "/proc/net/udp");
      for (std::string line; std::getline(table, line);) {
        const auto at = line.find(wanted);
        if (at != std::string::npos && at < 24) return true;  // the local address is the first column
      }
      std::this_thread::yield();
    }
    return false;
  }
  std::unique_ptr<Rig> rig(std::uint16_t port, const std::function<void(TrunkConfig&)>& change = {}) {
    Config config = plain_config();
    TrunkConfig trunk = plain_trunk(port);
    if (change) change(trunk);
    config.trunks.push_back(trunk);
    return std::make_unique<Rig>(std::move(config));
  }
};

#define NEEDS(program) \
  if (!is_installed(program)) GTEST_SKIP() << "skipped: not installed: " << program

void whole_calls(Rig& rig, std::uint64_t calls) {
  for (std::uint64_t i = 1; i <= calls; ++i) {
    rig.call(i);
    ASSERT_TRUE(rig.wait<Progressed>());
    ASSERT_TRUE(rig.wait<Answered>());
    rig.post(Ack{base::AttemptId{i}});
    rig.post(Bye{base::AttemptId{i}});
    ASSERT_TRUE(rig.wait<HungUp>());
  }
}

TEST_F(EndToEnd, SippAnswersOverUdp) {
  NEEDS("sipp");
  const auto port = free_port();
  const auto carrier = sipp("answer", port, 20);
  const auto dialer = rig(port);
  whole_calls(*dialer, 20);
  EXPECT_EQ(carrier->wait(kSoon), 0);
}

TEST_F(EndToEnd, SippAnswersOverTcp) {
  NEEDS("sipp");
  const auto port = free_port();
  const auto carrier = sipp("answer", port, 20, true);
  const auto dialer = rig(port, [](TrunkConfig& trunk) { trunk.transport = Transport::tcp; });
  whole_calls(*dialer, 20);
  EXPECT_EQ(carrier->wait(kSoon), 0);
}

TEST_F(EndToEnd, SippSendsAReliable183AndChecksThePrack) {
  NEEDS("sipp");
  const auto port = free_port();
  const auto carrier = sipp("prack", port, 1);
  const auto dialer = rig(port);
  whole_calls(*dialer, 1);
  EXPECT_EQ(carrier->wait(kSoon), 0);
}

TEST_F(EndToEnd, SippChallengesWithMd5AndVerifies) {
  NEEDS("sipp");
  const auto port = free_port();
  const auto carrier = sipp("challenge", port, 1);
  const auto dialer = rig(port, [](TrunkConfig& trunk) {
    trunk.username = "acme";
    trunk.realm = "carrier";
    trunk.password = "s3cret";
  });
  whole_calls(*dialer, 1);
  EXPECT_EQ(carrier->wait(kSoon), 0);
}

// SIPp itself finds the proof wrong: so the test above can fail.
TEST_F(EndToEnd, SippRefusesAWrongPassword) {
  NEEDS("sipp");
  const auto port = free_port();
  const auto carrier = sipp("challenge", port, 1);
  const auto dialer = rig(port, [](TrunkConfig& trunk) {
    trunk.username = "acme";
    trunk.realm = "carrier";
    trunk.password = "guess";
  });
  dialer->call(1);
  const auto rejected = dialer->wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.code, 403);
  EXPECT_GT(carrier->wait(kSoon), 0) << "SIPp counts the call as failed";
}

TEST_F(EndToEnd, SippReoffersInMidCall) {
  NEEDS("sipp");
  const auto port = free_port();
  const auto carrier = sipp("reoffer", port, 1);
  const auto dialer = rig(port);
  dialer->call(1);
  ASSERT_TRUE(dialer->wait<Answered>());
  dialer->post(Ack{base::AttemptId{1}});
  EXPECT_TRUE(dialer->wait<MediaChanged>()) << "re-INVITE";
  EXPECT_TRUE(dialer->wait<MediaChanged>()) << "UPDATE";
  EXPECT_TRUE(dialer->wait<HungUp>());
  EXPECT_EQ(carrier->wait(kSoon), 0);
}

TEST_F(EndToEnd, SippIsBusy) {
  NEEDS("sipp");
  const auto port = free_port();
  const auto carrier = sipp("busy", port, 1);
  const auto dialer = rig(port);
  dialer->call(1);
  const auto rejected = dialer->wait<Rejected>();
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->facts.code, 486);
  EXPECT_EQ(rejected->facts.q850, 17);
  EXPECT_EQ(carrier->wait(kSoon), 0);
}

}  // namespace
}  // namespace ziptone::signalling::test
