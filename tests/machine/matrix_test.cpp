// The matrices are checked in: a new state or event, or a pair that changes its kind, shows up in review.
// After an intended change: ZIPTONE_WRITE_MATRICES=1 ctest -R machine_test, and read the difference.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "dialer/machine/agent.hpp"
#include "dialer/machine/call.hpp"
#include "dialer/machine/campaign.hpp"
#include "dialer/machine/contact.hpp"
#include "dialer/machine/leg.hpp"

namespace ziptone::dialer {
namespace {

void compare(const std::string& name, const std::string& now) {
  const std::string path = std::string(ZIPTONE_SOURCE) + "/tests/machine/" + name + ".txt";
  if (std::getenv("ZIPTONE_WRITE_MATRICES") != nullptr) std::ofstream(path) << now;
  std::stringstream checked_in;
  checked_in << std::ifstream(path).rdbuf();
  EXPECT_EQ(checked_in.str(), now) << path << " is not what the tables say";
}

TEST(Matrix, Call) { compare("call", matrix<call::State, call::Event, call::In>()); }
TEST(Matrix, Agent) { compare("agent", matrix<agent::State, agent::Event, agent::In>()); }
TEST(Matrix, Leg) { compare("leg", matrix<leg::State, leg::Event, leg::In>()); }
TEST(Matrix, Contact) { compare("contact", matrix<contact::State, contact::Event, contact::In>()); }
TEST(Matrix, Campaign) { compare("campaign", matrix<campaign::State, campaign::Event, campaign::In>()); }

// What a person, the network or the media may say at any time has an answer in every state that can hear it.
TEST(Matrix, TheOutsideNeverMeetsABugInACallThatIsUp) {
  std::istringstream lines(matrix<call::State, call::Event, call::In>());
  for (std::string line; std::getline(lines, line);) {
    const bool outside = line.find("+ EmergencyStopped:") != std::string::npos;
    const bool ended = line.starts_with("Ended");
    if (!outside || ended) continue;
    EXPECT_EQ(line.find(": bug"), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace ziptone::dialer
