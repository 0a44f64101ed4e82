// The read side: a read-only connection that sees what was durable when the call began. One thread at a time
// each; opening one takes well under a millisecond. Lists go by cursor: give back the last id that you saw.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "dialer/event.hpp"
#include "dialer/outcome.hpp"
#include "dialer/sip_facts.hpp"
#include "server/store/analyses.hpp"
#include "server/store/import_sink.hpp"
#include "server/store/prompts.hpp"
#include "server/store/records.hpp"
#include "server/store/sqlite.hpp"

namespace ziptone::store {

struct NumberView {
  std::string e164, type, country, zones, barred;
};
struct ContactView {
  ContactId id;
  ListId list;
  std::string key, name, fields;  // fields: a JSON object
  std::vector<NumberView> numbers;
  dialer::event::ContactPhase phase = dialer::event::ContactPhase::ready;
  std::string reason;
  WallTime next_at{};
  AgentId callback_agent;
  std::uint8_t number = 0;
  std::uint8_t attempts = 0;
};
struct WrapUpView {
  AgentId agent;  // 0 = the system
  CodeId code;
  bool by_timer = false;
  bool correction = false;
  WallTime at{};
};
struct AttemptView {
  AttemptId id;
  CampaignId campaign;
  ContactId contact;
  AgentId agent;  // reserved at first; `talked` is who talked
  AgentId talked;
  TrunkId trunk;
  EntryPointId entry_point;
  AttemptId follows;
  std::string number, caller_id;
  std::string state;  // of the call machine, as its last row said
  dialer::Outcome outcome = dialer::Outcome::none;
  dialer::Fault fault = dialer::Fault::unknown;
  dialer::SipFacts facts;
  std::string reason;
  WallTime committed_at{}, placed_at{}, rang_at{}, answered_at{}, merged_at{}, ended_at{};  // zero = never
  bool message_left = false;                                                                // to a machine
  std::vector<WrapUpView> wrap_ups;  // the first, then its corrections
};
struct EventRow {
  std::uint64_t sequence = 0;
  WallTime at{};
  std::string machine;
  std::uint64_t id = 0;
  std::string from, event, to;
  CampaignId campaign;
  AgentId agent;
  AttemptId attempt;
  ContactId contact;
  dialer::Outcome outcome = dialer::Outcome::none;
};
struct DncView {
  std::string e164, source;
  WallTime at{};
  AttemptId attempt;
};
struct ImportView {
  std::uint64_t id = 0;
  ListId list;
  std::string file;
  std::string state;  // running, done, broken_off
  WallTime at{};
  std::uint64_t read = 0, inserted = 0, updated = 0, unchanged = 0, duplicate = 0, bad = 0;
};
struct ImportProblemView {
  std::uint64_t id = 0;
  ImportProblem problem;
};
struct NoteView {
  AttemptId attempt;
  AgentId agent;
  std::string text;
  WallTime at{};
};
// What a list of attempts may be narrowed to; 0 and zero = not narrowed.
struct AttemptFilter {
  CampaignId campaign;
  AgentId agent;  // who talked
  ContactId contact;
  WallTime from{}, until{};  // committed_at, half-open
  std::optional<dialer::Outcome> outcome = {};
  CodeId code = {};         // the wrap-up code in force
  std::string number = {};  // E.164
  // Id of a user: only of agents who are in a team of that supervisor.
  std::optional<std::uint64_t> supervisor = {};
};

// One step of a campaign's figures.
struct FigureStep {
  WallTime at{};
  std::uint64_t attempts = 0, answered = 0, merged = 0;
  Duration waited{};  // answer to merge, of those that were merged
  std::map<dialer::Outcome, std::uint64_t> outcomes = {};
};
// Of what contacts are found by; all of what is set must fit one of them.
struct ContactSearch {
  std::string digits;         // the end of a number, without the plus; empty: not searched
  std::string key;            // all of it
  std::string folded;         // a part of the name, folded (base/fold.hpp)
  std::vector<ListId> lists;  // none: all
  std::size_t limit = 50;
  std::function<bool()> go_on;  // asked now and then; false: what was found so far is given
};
struct Found {
  std::vector<ContactView> contacts;
  bool complete = true;
};
struct CallbackView {
  ContactId contact;
  std::string name, number;
  CampaignId campaign;
  WallTime at{};
  bool mine = false;  // else anybody's of these campaigns
};

class Reader {
 public:
  static base::Result<Reader> open(const std::string& database, const std::string& vfs = {});

  base::Result<std::optional<ContactView>> contact(ContactId id);
  base::Result<std::vector<ContactView>> contacts(ListId list, ContactId after, std::size_t limit);
  base::Result<std::vector<ContactId>> contact_ids(ListId list, ContactId after, std::size_t limit);
  base::Result<std::optional<AttemptView>> attempt(AttemptId id);
  // The newest first: `before` is the last id seen, 0 = from the newest.
  base::Result<std::vector<AttemptView>> attempts(const AttemptFilter& filter, AttemptId before,
                                                  std::size_t limit);
  base::Result<std::vector<EventRow>> rows(std::uint64_t after_sequence, std::size_t limit);
  base::Result<std::vector<EventRow>> rows_of(AttemptId attempt);  // in order
  base::Result<std::uint64_t> last_sequence();

  base::Result<std::vector<TrunkRecord>> trunks();
  base::Result<std::vector<EntryPointRecord>> entry_points();
  base::Result<std::vector<TeamRecord>> teams();
  base::Result<std::vector<QueueRecord>> queues();
  base::Result<std::vector<AgentRecord>> agents();
  base::Result<std::optional<AgentRecord>> agent_by_sign_in(const std::string& sign_in);
  base::Result<std::vector<CodeRecord>> codes();
  base::Result<std::vector<ListRecord>> lists();
  base::Result<std::vector<CampaignRecord>> campaigns();
  base::Result<std::vector<PromptRecord>> prompts();  // by campaign
  // Call progress analysis (analyses.hpp).
  base::Result<std::optional<AnalysisView>> analysis(AttemptId attempt);
  base::Result<std::vector<ClipRecord>> clips(CampaignId campaign, WallTime from, WallTime until,
                                              std::size_t limit);
  base::Result<std::vector<std::string>> clip_files();
  base::Result<std::vector<AnalysisCount>> analysis_counts(const AnalysisFilter& filter, AnalysisBy by);
  base::Result<std::vector<DncView>> dnc(const std::string& after_e164, std::size_t limit);
  base::Result<std::optional<TokenRecord>> token(const std::string& hash);
  base::Result<std::vector<TokenRecord>> tokens();
  base::Result<std::optional<std::string>> setting(const std::string& key);
  base::Result<std::vector<ImportView>> imports(ListId list);
  base::Result<std::vector<ImportProblemView>> import_problems(std::uint64_t import, std::uint64_t after,
                                                               std::size_t limit);

  // Searched and reported (reader_reports.cpp).
  base::Result<Found> find(const ContactSearch& search);  // looks at every contact: away from the api thread
  // Steps in which nothing was attempted are left out.
  base::Result<std::vector<FigureStep>> figures(CampaignId campaign, WallTime from, WallTime until,
                                                Duration step);
  // The agent's own, and those of these campaigns that are anybody's; the next first, at most `limit`.
  base::Result<std::vector<CallbackView>> callbacks(AgentId agent, const std::vector<CampaignId>& campaigns,
                                                    std::size_t limit);
  // Of the agent's machine, from the last sign-in or sign-out before `from` on; away from the api thread.
  base::Result<std::vector<EventRow>> agent_rows(AgentId agent, WallTime from, WallTime until);

  // How long the agent's contacts were on hold; of conversations that are over.
  base::Result<Duration> held(AgentId agent, WallTime from, WallTime until);

  // What the desktop shows (reader_desk.cpp).
  base::Result<std::vector<NoteView>> notes(ContactId contact);  // of all its attempts, the newest first
  base::Result<std::vector<IdleCodeRecord>> idle_codes();
  // Who talks or talked in it, or for whom it is dialed; 0: there is no such attempt.
  base::Result<AgentId> agent_of(AttemptId attempt);
  base::Result<std::vector<GuideVersion>> guides();                             // the newest of each, by id
  base::Result<std::vector<GuideVersion>> guide_versions(std::uint64_t guide);  // the newest first
  // The newest that was there at that moment; nothing: none was.
  base::Result<std::optional<GuideVersion>> guide_version_at(std::uint64_t guide, WallTime moment);
  base::Result<std::optional<std::string>> guide_document(std::uint64_t guide, std::uint64_t version);
  base::Result<std::optional<GuideAnswers>> guide_answers(AttemptId attempt);
  // Of one version, drafts too, in the order of the attempts.
  base::Result<std::vector<GuideAnswers>> guide_answers_of(std::uint64_t guide, std::uint64_t version,
                                                           AttemptId after, std::size_t limit);

  // Reports. Counts of ended attempts by outcome, of contacts by phase, of wrap-ups in force by code.
  base::Result<std::map<dialer::Outcome, std::uint64_t>> outcome_counts(const AttemptFilter& filter);
  base::Result<std::map<dialer::event::ContactPhase, std::uint64_t>> phase_counts(ListId list);
  base::Result<std::map<CodeId, std::uint64_t>> code_counts(const AttemptFilter& filter);

 private:
  explicit Reader(sqlite::Connection connection) : db_(std::move(connection)) {}
  sqlite::Connection db_;
};

}  // namespace ziptone::store
