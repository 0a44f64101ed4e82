// What the dialer detected of an attempt. The agent's wrap-up code is another field, always.
// The set follows ../shared/facts/peers.md 2.4 and carriers.md 3.2.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ziptone::dialer {

enum class Outcome : std::uint8_t {
  none,              // not ended yet
  person,            // a person (or unsure) was connected to an agent
  machine,           // answering machine or voicemail
  fax,               //
  busy,              // SIP 486, 600, Q.850 17, or a busy tone
  no_answer,         // rang until our limit, or the network said 18/19
  unreachable,       // switched off or out of coverage: 480/Q.850 20, 408, announcement
  invalid_number,    // 404, 410, 484, 604, SIT: tentative until confirmed; one alone never closes a contact
  rejected,          // 603 by the person
  unwanted,          // 607: the person said so; added to do-not-call
  blocked,           // 603+ or 608: blocked by analytics; about the caller id, not the contact
  redirect_refused,  // 3xx, never followed
  forbidden,         // 403 whose reason says nothing of the contact
  congestion,        // 503, Q.850 34/38/41/42/47/58: trunk trouble
  trunk_failed,      // 401/407/402, 5xx, timer B, transport error: trunk trouble
  bad_request,       // 4xx that says that we sent something wrong
  dead_air,          // answered, silence, campaign says not to connect
  screened,          // a screening assistant answered and no person came
  false_answer,      // ringback, busy or SIT tone after the 200
  abandoned,         // answered, and no agent in time: they heard the message, or nothing
  contact_hung_up,   // the contact ended the call before the merge
  agent_lost,        // the agent's leg was lost in the call and did not come back
  stopped,           // cancelled by an emergency stop
  not_placed,        // the world changed between the intent and its durability; no INVITE left
  unknown,           // the process died while the attempt was live; counts toward caps
  failed,            // a bug of ours ended the call
};
inline constexpr std::size_t kOutcomes = 26;

inline constexpr std::array<std::string_view, kOutcomes> kOutcomeNames = {
    "none",         "person",         "machine",         "fax",         "busy",     "no_answer",
    "unreachable",  "invalid_number", "rejected",        "unwanted",    "blocked",  "redirect_refused",
    "forbidden",    "congestion",     "trunk_failed",    "bad_request", "dead_air", "screened",
    "false_answer", "abandoned",      "contact_hung_up", "agent_lost",  "stopped",  "not_placed",
    "unknown",      "failed"};

constexpr std::string_view name(Outcome outcome) { return kOutcomeNames[static_cast<std::size_t>(outcome)]; }

// Whose doing an ended attempt was.
enum class Fault : std::uint8_t { none, callee, carrier, us, unknown };
inline constexpr std::array<std::string_view, 5> kFaultNames = {"none", "callee", "carrier", "us", "unknown"};
constexpr std::string_view name(Fault fault) { return kFaultNames[static_cast<std::size_t>(fault)]; }

// Trunk trouble: says nothing of the contact, feeds the trunk's breaker, closes no contact.
constexpr bool is_trunk_trouble(Outcome outcome) {
  return outcome == Outcome::congestion || outcome == Outcome::trunk_failed ||
         outcome == Outcome::forbidden || outcome == Outcome::bad_request;
}

// Whether an attempt that ended so counts toward the caps of its contact and number: every INVITE sent does.
constexpr bool counts_toward_caps(Outcome outcome) { return outcome != Outcome::not_placed; }

}  // namespace ziptone::dialer
