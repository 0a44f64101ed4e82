#include "server/store/load.hpp"

#include <unordered_map>

#include "base/check.hpp"
#include "server/store/catalog_rows.hpp"
#include "server/store/number_text.hpp"
#include "server/store/words.hpp"

namespace ziptone::store {
namespace {

constexpr base::hours kHistory{24};  // Caps::per_number_day is a rolling day

template <class T>
base::Result<> take(base::Result<T> from, T& to) {
  if (!from) return tl::unexpected(from.error());
  to = std::move(*from);
  return {};
}

base::Result<> load_start(sqlite::Connection& db, dialer::Dialer::Start& start) {
  auto attempts = db.each("SELECT coalesce(max(id), 0) + 1 FROM attempts", [&](sqlite::Statement& row) {
    start.next_attempt = static_cast<std::uint64_t>(row.integer(0));
  });
  if (!attempts) return attempts;
  return db.each("SELECT coalesce(max(sequence), 0) + 1 FROM event_rows", [&](sqlite::Statement& row) {
    start.next_sequence = static_cast<std::uint64_t>(row.integer(0));
  });
}

base::Result<> load_dnc(sqlite::Connection& db, std::vector<dialer::NumberKey>& numbers) {
  return db.each("SELECT number FROM dnc",
                 [&](sqlite::Statement& row) { numbers.push_back(number_key(row.text(0))); });
}

base::Result<> load_legs(sqlite::Connection& db, std::map<AgentId, std::uint64_t>& last) {
  return db.each(
      "SELECT agent_id, max(leg) FROM dialogs WHERE agent_id IS NOT NULL GROUP BY agent_id",
      [&](sqlite::Statement& row) { last[row.id<AgentId>(0)] = static_cast<std::uint64_t>(row.integer(1)); });
}

// What the core counted while it lived: the gap runs from the last INVITE of all (of unknown fate: from when
// it was found), the day has every INVITE, a failover's once, and trunk trouble spends nothing of a lifetime.
base::Result<> load_history(sqlite::Connection& db, WallTime now,
                            std::vector<dialer::event::NumberHistoryLoaded>& history) {
  std::unordered_map<dialer::NumberKey, std::size_t> places;
  return db.each(
      "SELECT number, committed_at, follows IS NULL, outcome,"
      " max(committed_at, placed_at, CASE outcome WHEN 'unknown' THEN ended_at ELSE 0 END)"
      " FROM attempts WHERE outcome <> 'not_placed' ORDER BY id",
      [&](sqlite::Statement& row) {
        const dialer::NumberKey number = number_key(row.text(0));
        const auto [place, is_new] = places.try_emplace(number, history.size());
        if (is_new) history.push_back({.number = number});
        auto& one = history[place->second];
        const WallTime at = row.time(1);
        one.last_at = std::max(one.last_at, row.time(4));
        const bool counts = !dialer::is_trunk_trouble(from_word<dialer::Outcome>(row.text(3)));
        if (counts && one.attempts < 255) ++one.attempts;
        if (row.integer(2) != 0 && at > now - kHistory) one.last_day.push_back(at);
      });
}

base::Result<> lists_of(sqlite::Connection& db, CampaignId campaign,
                        std::vector<std::pair<std::uint32_t, ListId>>& lists) {
  return db.each(
      "SELECT position, list_id FROM campaign_lists WHERE campaign_id = $1 ORDER BY position",
      [&](sqlite::Statement& row) {
        lists.emplace_back(static_cast<std::uint32_t>(row.integer(0)), row.id<ListId>(1));
      },
      campaign);
}

dialer::CountryKey country_key(std::string_view letters) {
  if (letters.size() != 2) return 0;
  return static_cast<dialer::CountryKey>(static_cast<unsigned char>(letters[0]) * 256 +
                                         static_cast<unsigned char>(letters[1]));
}

}  // namespace

base::Result<Loaded> load(sqlite::Connection& db, WallTime now) {
  Loaded loaded;
  auto done = load_start(db, loaded.start);
  if (done) done = take(all_trunks(db), loaded.trunks);
  if (done) done = take(all_entry_points(db), loaded.entry_points);
  if (done) done = take(all_queues(db), loaded.queues);
  if (done) done = take(all_agents(db), loaded.agents);
  if (done) done = take(all_campaigns(db), loaded.campaigns);
  if (done) done = load_dnc(db, loaded.do_not_call);
  if (done) done = load_legs(db, loaded.last_legs);
  if (done) done = load_history(db, now, loaded.history);
  if (!done) return tl::unexpected(done.error());
  return loaded;
}

base::Result<dialer::event::ContactsLoaded> load_contacts(
    sqlite::Connection& db, CampaignId campaign, std::size_t limit, ContactCursor& cursor,
    const std::function<dialer::ZoneSetId(std::string_view zones)>& zone_set) {
  VERIFY(limit > 0);
  dialer::event::ContactsLoaded chunk{campaign, {}};
  std::vector<std::pair<std::uint32_t, ListId>> lists;
  if (auto read = lists_of(db, campaign, lists); !read) return tl::unexpected(read.error());
  for (const auto& [position, list] : lists) {
    if (position < cursor.list_position) continue;
    if (position > cursor.list_position) cursor = {position, 0, false};
    const std::size_t before = chunk.contacts.size();
    auto read = db.each(
        "SELECT id, phase, next_at, callback_agent_id, number_index, attempts, last_outcome, streak FROM "
        "contacts"
        " WHERE list_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        [&](sqlite::Statement& row) {
          dialer::event::ContactSeed seed;
          seed.id = row.id<ContactId>(0);
          seed.phase = from_word<dialer::event::ContactPhase>(row.text(1));
          seed.next_at = row.time(2);
          seed.callback_agent = row.id<AgentId>(3);
          seed.number = static_cast<std::uint8_t>(row.integer(4));
          seed.attempts = static_cast<std::uint8_t>(row.integer(5));
          seed.last_outcome = from_word<dialer::Outcome>(row.text(6));
          seed.streak = static_cast<std::uint8_t>(row.integer(7));
          chunk.contacts.push_back(std::move(seed));
        },
        list, cursor.after, limit - before);
    for (std::size_t i = before; read && i < chunk.contacts.size(); ++i) {
      auto& seed = chunk.contacts[i];
      read = db.each(
          "SELECT number, zones, country, barred FROM numbers WHERE id >= $1 AND id < $1 + 10 ORDER BY id",
          [&](sqlite::Statement& row) {
            seed.numbers.push_back({number_key(row.text(0)), zone_set(row.text(1)), country_key(row.text(2)),
                                    !row.text(3).empty()});
          },
          seed.id.value * 10);
      cursor.after = seed.id.value;
    }
    if (!read) return tl::unexpected(read.error());
    if (chunk.contacts.size() == limit) return chunk;
  }
  cursor.done = true;
  return chunk;
}

base::Result<std::vector<ContactId>> load_contact_ids(sqlite::Connection& db, ListId list, ContactId after,
                                                      std::size_t limit) {
  std::vector<ContactId> ids;
  auto read = db.each(
      "SELECT id FROM contacts WHERE list_id = $1 AND id > $2 ORDER BY id LIMIT $3",
      [&](sqlite::Statement& row) { ids.push_back(row.id<ContactId>(0)); }, list, after.value, limit);
  if (!read) return tl::unexpected(read.error());
  return ids;
}

}  // namespace ziptone::store
