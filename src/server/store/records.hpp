// What is stored beyond the core's own shapes: names, texts, and what belongs to the shells. An id of 0 in a
// record that is put means "a new one". Times are UTC. Phones are E.164 text with the plus: +905321234567.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dialer/config.hpp"
#include "dialer/effect.hpp"
#include "dialer/event.hpp"

namespace ziptone::store {

using base::AgentId;
using base::AttemptId;
using base::CampaignId;
using base::CodeId;
using base::ContactId;
using base::Duration;
using base::EntryPointId;
using base::ListId;
using base::QueueId;
using base::TeamId;
using base::TrunkId;
using base::WallTime;

struct TrunkRecord {
  dialer::Trunk trunk;
  std::string name;      // unique
  std::string settings;  // of signalling, as JSON; opaque here
};
struct EntryPointRecord {
  dialer::EntryPoint entry_point;
  std::string name;                     // unique
  std::vector<std::string> caller_ids;  // E.164, in order
};
struct TeamRecord {
  TeamId id;
  std::string name;  // unique
};
struct QueueRecord {
  dialer::Queue queue;
  std::string name;  // unique
};
struct AgentRecord {
  dialer::Agent agent;
  std::string sign_in;        // unique, compared as it is written
  std::string name;           // as shown
  std::string password_hash;  // argon2id, encoded; empty = cannot sign in to the page
  std::string sip_user;       // its phone registers with it; empty = `sip_address` is called
  std::string sip_password;
  std::string sip_address;  // sip:...; fixed
  bool enabled = true;
};
struct CodeRecord {
  CodeId id;
  std::string name_tr, name_en;
  std::string description_tr, description_en;
  dialer::CodeRule::Effect effect = dialer::CodeRule::Effect::close;  // where a campaign says nothing else
  bool system = false;  // one of the six; neither deleted nor made an ordinary one
};
// The six system codes, with the ids that the first migration gives them.
struct SystemCode {
  static constexpr CodeId answering_machine{1}, busy{2}, fax{3}, no_answer{4}, sale{5}, voicemail{6};
};
struct ListRecord {
  ListId id;
  std::string name;     // unique
  std::string country;  // ISO 3166, of numbers written nationally
};
// A list is dialed by one campaign at most: a contact has one dialing state.
struct CampaignRecord {
  dialer::Campaign campaign;
  std::string name;             // unique
  std::string state = "draft";  // as the core said it last; ignored by put_campaign
  std::vector<ListId> lists;    // in the order in which they are dialed
  std::string message;          // file of the safe-harbour message; empty = the product's own
};
// Who may use the API. The token itself is never stored.
struct TokenRecord {
  std::uint64_t id = 0;
  std::string hash;  // unique
  std::string name;
  std::string role;  // administrator, supervisor, agent; read and operate of a scope
  AgentId agent;     // of role agent
  WallTime created_at{};
  WallTime expires_at{};  // zero = never
  std::string created_by = {};
};

// Why an agent is idle; ids 1 to 65535.
struct IdleCodeRecord {
  std::uint16_t id = 0;
  std::string name_tr, name_en;  // unique
  bool enabled = true;           // offered to agents
};

// A call guide and one of its versions; the document is JSON of guide/document.hpp, opaque here.
struct GuideVersion {
  std::uint64_t guide = 0;
  std::string name;  // of the guide, unique
  std::uint64_t version = 0;
  WallTime at{};
};
// What was answered in an attempt: a draft until it is submitted.
struct GuideAnswers {
  AttemptId attempt;
  std::uint64_t guide = 0;
  std::uint64_t version = 0;
  AgentId agent;
  std::string answers = "{}";  // JSON of guide/document.hpp
  std::string code;            // the wrap-up code that they suggest; empty: none
  WallTime updated_at{};
  WallTime submitted_at{};  // zero = a draft
};

// What a restart needs to end a dialog (RFC 3261 12): signalling::DialogFacts in the store's own words.
struct DialogFacts {
  std::string call_id, local_tag, remote_tag;
  std::string remote_target;           // Contact URI
  std::vector<std::string> route_set;  // in sending order; no line breaks inside
  std::string local_uri, remote_uri;
  std::uint32_t local_cseq = 0;
  std::string next_hop;
};
// Of an attempt, or of an agent's leg: exactly one of the two ids is set.
struct DialogKey {
  AttemptId attempt;
  AgentId agent;
  std::uint64_t leg = 0;  // of the agent: numbered for ever, never reused
  friend bool operator==(const DialogKey&, const DialogKey&) = default;
};

}  // namespace ziptone::store
