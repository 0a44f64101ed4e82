// What is searched and reported.
#include <algorithm>
#include <span>

#include "base/fold.hpp"
#include "server/store/reader_rows.hpp"

namespace ziptone::store {
namespace {

constexpr std::size_t kLookEvery = 4096;  // rows between two questions whether to go on

bool fits(const ContactSearch& search, ListId list) {
  return search.lists.empty() ||
         std::find(search.lists.begin(), search.lists.end(), list) != search.lists.end();
}

// Ids of contacts, each once, until there is one more than the limit or nobody wants to go on.
class Ids {
 public:
  explicit Ids(const ContactSearch& search) : search_(search) {}
  bool more() {
    if (++seen_ % kLookEvery == 0 && search_.go_on && !search_.go_on()) complete_ = false;
    return complete_ && found_.size() <= search_.limit;
  }
  void add(ContactId id) {
    if (std::find(found_.begin(), found_.end(), id) == found_.end()) found_.push_back(id);
  }
  bool complete() const { return complete_ && found_.size() <= search_.limit; }
  // At most as many as were asked for.
  std::span<const ContactId> found() const {
    return std::span{found_}.first(std::min(found_.size(), search_.limit));
  }

 private:
  const ContactSearch& search_;
  std::vector<ContactId> found_;
  std::size_t seen_ = 0;
  bool complete_ = true;
};

// Whose a number is, is looked up where it fits: a hit out of reach must not take the place of one within.
base::Result<> by_number(sqlite::Connection& db, const ContactSearch& search, Ids& ids) {
  const auto owner = [&](sqlite::Statement& contact) {
    if (fits(search, contact.id<ListId>(1))) ids.add(contact.id<ContactId>(0));
  };
  sqlite::Use use = db.cached("SELECT contact_id, number FROM numbers");
  while (ids.more()) {
    const auto row = use->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    if (!use->text(1).ends_with(search.digits)) continue;
    auto done = db.each("SELECT id, list_id FROM contacts WHERE id = $1", owner, use->integer(0));
    if (!done) return done;
  }
  return {};
}

base::Result<> by_name(sqlite::Connection& db, const ContactSearch& search, Ids& ids) {
  sqlite::Use use = db.cached("SELECT id, list_id, key, name FROM contacts");
  while (ids.more()) {
    const auto row = use->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    if (!fits(search, use->id<ListId>(1))) continue;
    if (use->text(2) == search.key || base::fold(use->text(3)).find(search.folded) != std::string::npos)
      ids.add(use->id<ContactId>(0));
  }
  return {};
}

}  // namespace

base::Result<Found> Reader::find(const ContactSearch& search) {
  Ids ids{search};
  auto done = search.digits.empty() ? base::Result<>{} : by_number(db_, search, ids);
  if (done && !search.folded.empty()) done = by_name(db_, search, ids);
  Found found{{}, ids.complete()};
  for (const ContactId id : ids.found())
    if (done)
      done = db_.each(
          std::string(kContacts) + " WHERE id = $1",
          [&](sqlite::Statement& row) {
            if (fits(search, row.id<ListId>(1))) found.contacts.push_back(contact_row(row));
          },
          id);
  if (done) done = add_numbers(db_, found.contacts);
  return result(done, found);
}

base::Result<std::vector<ContactId>> Reader::contact_ids(ListId list, ContactId after, std::size_t limit) {
  std::vector<ContactId> found;
  auto done = db_.each(
      "SELECT id FROM contacts WHERE list_id = $1 AND id > $2 ORDER BY id LIMIT $3",
      [&](sqlite::Statement& row) { found.push_back(row.id<ContactId>(0)); }, list, after.value, limit);
  return result(done, found);
}

base::Result<std::vector<FigureStep>> Reader::figures(CampaignId campaign, WallTime from, WallTime until,
                                                      Duration step) {
  std::vector<FigureStep> steps;
  auto done = db_.each(
      "SELECT (committed_at - $2) / $4, outcome, count(*), sum(answered_at > 0), sum(merged_at > 0),"
      " sum(CASE WHEN merged_at > 0 THEN merged_at - answered_at ELSE 0 END) FROM attempts"
      " WHERE campaign_id = $1 AND committed_at >= $2 AND committed_at < $3 GROUP BY 1, 2 ORDER BY 1",
      [&](sqlite::Statement& row) {
        const WallTime at = from + row.integer(0) * step;
        if (steps.empty() || steps.back().at != at) steps.push_back({at});
        FigureStep& one = steps.back();
        const auto count = [&](int column) { return static_cast<std::uint64_t>(row.integer(column)); };
        const auto outcome = from_word<dialer::Outcome>(row.text(1));
        if (outcome != dialer::Outcome::none) one.outcomes[outcome] = count(2);
        one.attempts += count(2);
        one.answered += count(3);
        one.merged += count(4);
        one.waited += Duration{row.integer(5)};
      },
      campaign, from, until, step);
  return result(done, steps);
}

base::Result<std::vector<CallbackView>> Reader::callbacks(AgentId agent,
                                                          const std::vector<CampaignId>& campaigns,
                                                          std::size_t limit) {
  std::vector<CallbackView> found;
  auto done = db_.each(
      "SELECT c.id, c.name, n.number, l.campaign_id, c.next_at, c.callback_agent_id FROM contacts c"
      " JOIN campaign_lists l ON l.list_id = c.list_id"
      " JOIN numbers n ON n.id = c.id * 10 + c.number_index"
      " WHERE c.phase = 'callback_at' ORDER BY c.next_at",
      [&](sqlite::Statement& row) {
        const bool mine = row.id<AgentId>(5) == agent;
        const auto campaign = row.id<CampaignId>(3);
        const bool anybodys =
            !row.id<AgentId>(5) && std::find(campaigns.begin(), campaigns.end(), campaign) != campaigns.end();
        if ((mine || anybodys) && found.size() < limit)
          found.push_back({row.id<ContactId>(0), std::string(row.text(1)), std::string(row.text(2)), campaign,
                           row.time(4), mine});
      });
  return result(done, found);
}

base::Result<std::vector<EventRow>> Reader::agent_rows(AgentId agent, WallTime from, WallTime until) {
  std::vector<EventRow> found;
  auto done = db_.each(
      std::string(kEventRows) +
          " WHERE machine = 'agent' AND machine_id = $1 AND at < $2 AND sequence >= coalesce((SELECT "
          "e.sequence"
          " FROM event_rows e WHERE e.machine = 'agent' AND e.machine_id = $1 AND e.at < $3 AND e.event IN"
          " ('AgentSignedIn', 'AgentSignedOut') ORDER BY e.at DESC, e.sequence DESC LIMIT 1), 0)"
          " ORDER BY sequence",
      [&](sqlite::Statement& row) { found.push_back(event_row(row)); }, agent, until, from);
  return result(done, found);
}

base::Result<Duration> Reader::held(AgentId agent, WallTime from, WallTime until) {
  Duration sum{};
  WallTime since{};
  // No hold outlasts its call; a call begun before the time has its end in it at most an hour later, mostly.
  auto done = db_.each(
      "SELECT e.at, e.to_state FROM event_rows e JOIN attempts a ON a.id = e.attempt_id WHERE"
      " a.talked_agent_id = $1 AND a.committed_at >= $2 AND a.committed_at < $3 AND e.machine = 'call' AND"
      " e.from_state <> e.to_state AND (e.from_state = 'Held' OR e.to_state = 'Held') ORDER BY e.sequence",
      [&](sqlite::Statement& row) {
        if (row.text(1) == "Held") {
          since = row.time(0);
        } else {
          sum += std::max(std::min(row.time(0), until) - std::max(since, from), Duration{0});
        }
      },
      agent, from - base::seconds{3600}, until);
  return result(done, sum);
}

}  // namespace ziptone::store
