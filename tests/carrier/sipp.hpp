// SIPp as the peer that is not ours: scenarios put together from steps, run as the calling side.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ziptone::carrier::test {

class Scenario {
 public:
  // The payload types that later bodies offer; at first 8 0 101.
  Scenario& offer(const std::string& formats);
  // sdp_port 0: no body.
  Scenario& invite(int sdp_port, const std::string& extra_headers = "", int cseq = 1);
  Scenario& request(const std::string& method, int cseq, const std::string& extra_headers = "",
                    int sdp_port = 0);
  Scenario& ack(int cseq = 1, int sdp_port = 0);
  // Of an INVITE refused: to the same branch, which SIPp fills in by itself.
  Scenario& ack_refusal(int cseq = 1);
  // Four steps behind the INVITE: SIPp counts its branches in steps.
  Scenario& cancel();
  Scenario& bye(int cseq) { return request("BYE", cseq); }
  // `must_match`: a regular expression that the whole message must contain.
  Scenario& expect(int code, const std::string& must_match = "", int within_ms = 20000);
  // Keeps the response's RSeq for a RAck: [$2].
  Scenario& expect_rseq(int code);
  Scenario& maybe(int code);
  Scenario& authenticated(int code);  // expects a challenge; the next INVITE answers it
  Scenario& expect_request(const std::string& method);
  Scenario& ok();
  Scenario& pause(int ms);
  std::string xml() const;

 private:
  std::string body_;
  std::string formats_ = "8 0 101";
};

struct SippRun {
  int remote_port = 0;
  std::string user = "+905321234500";
  int calls = 1;
  double rate = 10;
  bool tcp = false;
  std::vector<std::string> more;  // further arguments
};

bool have_sipp();
// Runs until SIPp ends, at most 60 s. Returns what went wrong: empty when all calls went as the scenario
// says.
std::string run_sipp(const Scenario& scenario, const SippRun& run);

}  // namespace ziptone::carrier::test
