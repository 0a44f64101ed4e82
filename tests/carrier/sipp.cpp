#include "sipp.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ziptone::carrier::test {
namespace {

std::string sdp(int port, const std::string& formats) {
  if (port == 0) return "";
  return fmt::format(
      "v=0\no=- 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [local_ip]\nt=0 0\nm=audio {} RTP/AVP {}\n"
      "a=rtpmap:101 telephone-event/8000\n",
      port, formats);
}

std::string message(const std::string& method, const std::string& uri, const std::string& to_tag, int cseq,
                    const std::string& extra, const std::string& body, bool retransmits) {
  return fmt::format(
      "<send{}><![CDATA[\n{} {} SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
      "From: <sip:+902120000000@[local_ip]:[local_port]>;tag=[pid]t[call_number]\n"
      "To: <sip:[service]@[remote_ip]:[remote_port]>{}\nCall-ID: [call_id]\nCSeq: {} {}\n"
      "Contact: <sip:dialer@[local_ip]:[local_port];transport=[transport]>\nMax-Forwards: 70\n{}{}"
      "Content-Length: [len]\n\n{}]]></send>\n",
      retransmits ? " retrans=\"500\"" : "", method, uri, to_tag, cseq, method, extra,
      body.empty() ? "" : "Content-Type: application/sdp\n", body);
}

constexpr const char* kTarget = "sip:[service]@[remote_ip]:[remote_port]";

}  // namespace

Scenario& Scenario::offer(const std::string& formats) {
  formats_ = formats;
  return *this;
}
Scenario& Scenario::invite(int sdp_port, const std::string& extra, int cseq) {
  body_ += message("INVITE", kTarget, "", cseq, extra, sdp(sdp_port, formats_), true);
  return *this;
}
Scenario& Scenario::request(const std::string& method, int cseq, const std::string& extra, int sdp_port) {
  body_ += message(method, "[next_url]", "[peer_tag_param]", cseq, extra, sdp(sdp_port, formats_), true);
  return *this;
}
Scenario& Scenario::ack(int cseq, int sdp_port) {
  body_ += message("ACK", "[next_url]", "[peer_tag_param]", cseq, "", sdp(sdp_port, formats_), false);
  return *this;
}
Scenario& Scenario::ack_refusal(int cseq) {
  body_ += fmt::format(
      "<send><![CDATA[\nACK {} SIP/2.0\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\nCSeq: {} "
      "ACK\n"
      "Max-Forwards: 70\nContent-Length: 0\n\n]]></send>\n",
      kTarget, cseq);
  return *this;
}
Scenario& Scenario::cancel() {
  body_ += fmt::format(
      "<send retrans=\"500\"><![CDATA[\nCANCEL {} SIP/2.0\nVia: SIP/2.0/[transport] "
      "[local_ip]:[local_port];branch=[branch-4]\nFrom: "
      "<sip:+902120000000@[local_ip]:[local_port]>;tag=[pid]t[call_number]\n"
      "To: <sip:[service]@[remote_ip]:[remote_port]>\nCall-ID: [call_id]\nCSeq: 1 CANCEL\nMax-Forwards: 70\n"
      "Content-Length: 0\n\n]]></send>\n",
      kTarget);
  return *this;
}
Scenario& Scenario::expect(int code, const std::string& must_match, int within_ms) {
  body_ += fmt::format("<recv response=\"{}\" rrs=\"true\" timeout=\"{}\">", code, within_ms);
  if (!must_match.empty()) {
    body_ += fmt::format(
        "<action><ereg regexp=\"{}\" search_in=\"msg\" check_it=\"true\" assign_to=\"1\"/><log "
        "message=\"[$1]\"/></action>",
        must_match);
  }
  body_ += "</recv>\n";
  return *this;
}
Scenario& Scenario::expect_rseq(int code) {
  body_ += fmt::format(
      "<recv response=\"{}\" rrs=\"true\"><action><ereg regexp=\"RSeq: *([0-9]+)\" search_in=\"msg\" "
      "check_it=\"true\" assign_to=\"1,2\"/><log message=\"[$1]\"/></action></recv>\n",
      code);
  return *this;
}
Scenario& Scenario::maybe(int code) {
  body_ += fmt::format("<recv response=\"{}\" optional=\"true\"/>\n", code);
  return *this;
}
Scenario& Scenario::authenticated(int code) {
  body_ += fmt::format("<recv response=\"{}\" auth=\"true\"/>\n", code);
  return *this;
}
Scenario& Scenario::expect_request(const std::string& method) {
  body_ += fmt::format("<recv request=\"{}\" timeout=\"20000\"/>\n", method);
  return *this;
}
Scenario& Scenario::ok() {
  body_ +=
      "<send><![CDATA[\nSIP/2.0 200 "
      "OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"
      "Content-Length: 0\n\n]]></send>\n";
  return *this;
}
Scenario& Scenario::pause(int ms) {
  body_ += fmt::format("<pause milliseconds=\"{}\"/>\n", ms);
  return *this;
}
std::string Scenario::xml() const {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"test\">\n" + body_ + "</scenario>\n";
}

bool have_sipp() { return std::system("command -v sipp >/dev/null 2>&1") == 0; }

std::string run_sipp(const Scenario& scenario, const SippRun& run) {
  char folder[] = "/tmp/ziptone-sipp-XXXXXX";
  if (!::mkdtemp(folder)) return "no folder for the scenario";
  const std::filesystem::path at = folder;
  std::ofstream(at / "scenario.xml") << scenario.xml();
  std::vector<std::string> words{"sipp",
                                 "-sf",
                                 (at / "scenario.xml").string(),
                                 "-s",
                                 run.user,
                                 "-m",
                                 std::to_string(run.calls),
                                 "-r",
                                 fmt::format("{}", run.rate),
                                 "-i",
                                 "127.0.0.1",
                                 "-nostdin",
                                 "-timeout",
                                 "60",
                                 "-timeout_error",
                                 "-trace_err",
                                 "-error_file",
                                 (at / "errors").string()};
  if (run.tcp) words.insert(words.end(), {"-t", "t1"});
  words.insert(words.end(), run.more.begin(), run.more.end());
  words.push_back(fmt::format("127.0.0.1:{}", run.remote_port));
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, (at / "out").c_str(), O_WRONLY | O_CREAT, 0644);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (at / "err").c_str(), O_WRONLY | O_CREAT, 0644);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, "sipp", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = -1;
  if (failed == 0) ::waitpid(child, &status, 0);
  std::string fault;
  if (failed != 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fault = fmt::format("sipp ended with {}: ", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    for (const auto* file : {"errors", "err"}) {
      std::ifstream in(at / file);
      fault += std::string{std::istreambuf_iterator<char>(in), {}}.substr(0, 3000);
    }
  }
  std::filesystem::remove_all(at);
  return fault;
}

}  // namespace ziptone::carrier::test
