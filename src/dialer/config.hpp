// What an administrator sets, as the core needs it. The shells keep the rest (names, texts, files).
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "base/zone.hpp"
#include "dialer/outcome.hpp"

namespace ziptone::dialer {

using base::AgentId;
using base::AttemptId;
using base::CampaignId;
using base::CodeId;
using base::ContactId;
using base::Duration;
using base::EntryPointId;
using base::Instant;
using base::ListId;
using base::Now;
using base::QueueId;
using base::TeamId;
using base::TrunkId;
using base::WallTime;

// An E.164 number packed by the shell (phone::Number); opaque here. 0 = none.
using NumberKey = std::uint64_t;
// A set of zones, interned by the shell: the zones a number may lie in. 0 = unknown, never dialed.
using ZoneSetId = std::uint16_t;
// ISO 3166 letters packed as first * 256 + second; 0 = unknown. Chooses the ringback's cadence.
using CountryKey = std::uint16_t;

struct Trunk {
  TrunkId id;
  double cps = 1.0;             // calls per second, > 0; spaced evenly, never a burst
  std::uint32_t channels = 10;  // concurrent calls, >= 1
};

// Where calls leave: the trunks in order of preference. The caller id belongs to the shell.
struct EntryPoint {
  EntryPointId id;
  std::vector<TrunkId> trunks;
};

// Where agents come from: the teams that serve it.
struct Queue {
  QueueId id;
  std::vector<TeamId> teams;
};

enum class LegMode : std::uint8_t {
  nailed_up,  // called once at sign-in, stays up for the shift
  on_demand,  // called for each call, before the contact is
  webrtc      // the agent's browser, which calls us; stays up for the shift as a nailed-up phone does
};

struct Agent {
  AgentId id;
  std::vector<TeamId> teams;
  LegMode leg_mode = LegMode::nailed_up;
};

enum class ConnectionMode : std::uint8_t { silent, classic };

// One opening of a week in the called number's zone; half-open: [open, close) in minutes of the local day,
// 0-1440.
struct Window {
  std::uint8_t days = 0x7F;  // bit 0 = Monday ... bit 6 = Sunday
  std::uint16_t open_minute = 9 * 60;
  std::uint16_t close_minute = 20 * 60;
};

// What an outcome does to the contact.
struct RetryRule {
  enum class Then : std::uint8_t { close, same_number, next_number };
  Then then = Then::same_number;
  Duration delay = base::minutes{60};
  std::uint8_t attempts_max = 3;  // of this outcome on this contact; reached => next number, or exhausted
};

struct Caps {
  std::uint8_t per_contact = 3;          // attempts in all, >= 1
  std::uint8_t per_number = 3;           // attempts in all
  std::uint8_t per_number_day = 2;       // attempts in any rolling 24 h
  Duration min_gap = base::minutes{10};  // between two attempts on one number
};

// What a wrap-up code does to the contact.
struct CodeRule {
  enum class Effect : std::uint8_t { close, success, retry, next_number, callback, do_not_call };
  CodeId code;
  Effect effect = Effect::close;
  Outcome retry_as = Outcome::no_answer;  // whose rule a retry follows
};

// leave_message: the agent is freed, and the campaign's message is played after the machine's beep.
enum class MachineTreatment : std::uint8_t { hang_up, next_number, connect, leave_message };

struct Campaign {
  CampaignId id;
  QueueId queue;
  EntryPointId entry_point;
  std::uint32_t weight = 1;  // share of a shared queue, >= 1

  ConnectionMode mode = ConnectionMode::silent;
  bool analysis = true;
  bool decide_from_answer = false;  // a compliance clock that starts at answer: decide by 1.8 s for everyone
  Duration maximum_analysis = base::milliseconds{3000};
  MachineTreatment machine = MachineTreatment::hang_up;
  bool machine_message = false;               // there is one; without it leave_message hangs up
  bool screening_answer = false;              // there is one; without it a screening assistant is hung up on
  Duration greeting_max = base::seconds{30};  // of a machine's greeting, from the verdict on; then hung up
  std::uint8_t review_share = 0;  // percent of the machines, connected to be judged (analyse/review.hpp)

  Duration ring_min = base::seconds{15};   // never cancelled before, 47 CFR 64.1200(a)(6)
  Duration ring_max = base::seconds{32};   // from the first 18x
  Duration setup_max = base::seconds{30};  // from INVITE to the first 18x

  bool join_by_hand = false;  // of the agents that its queue selects, only those who joined take part
  // How long an agent is left alone after becoming Available, before the campaign dials for them; between
  // calls that reached nobody there is none. A person who waits for an agent does not wait for this.
  Duration pause{0};

  std::vector<Window> windows = std::vector<Window>(1);  // one default window; a braced list trips gcc 12
  Caps caps;
  std::array<RetryRule, kOutcomes> retry{};  // see default_retry_rules()

  Duration wrap_up_max = base::seconds{30};
  bool wrap_up_required = false;                       // the timer never ends a required wrap-up
  Duration wrap_up_extension_max = base::minutes{10};  // that the agent may add, in all
  CodeId wrap_up_auto_code;                            // written when the timer ends; 0 = none
  std::array<CodeId, kOutcomes> system_codes{};        // written when no agent talked; 0 = none
  std::vector<CodeRule> codes;                         // those offered to the agent
  Duration hold_max = base::minutes{5};                // then back to the agent
  Duration hold_reminder = base::minutes{1};           // the agent is reminded so often until then, > 0
};

// Starting values of ../shared/facts/peers.md 2.10 and carriers.md 3.2.
std::array<RetryRule, kOutcomes> default_retry_rules();

}  // namespace ziptone::dialer
