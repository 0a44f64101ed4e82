// What the process needs from the database to go on where it stopped: first recover(), then load(), then the
// contacts of each campaign in chunks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "dialer/dialer.hpp"
#include "dialer/event.hpp"
#include "server/store/records.hpp"

namespace ziptone::store {

namespace sqlite {
class Connection;
}

// A dialog that may still be up out there. `facts` known: BYE. Not known: CANCEL, and ACK + BYE should a 200
// come. `to` and `caller_id` are as in the INVITE (of attempts), for the CANCEL repeats them.
struct OpenDialog {
  DialogKey key;
  TrunkId trunk;
  std::string to, caller_id;
  std::optional<DialogFacts> facts;
};

// What a crash left behind; all empty after a clean stop.
struct Recovered {
  std::vector<AttemptId> unknown;  // un-ended attempts, now ended with outcome `unknown`
  std::vector<OpenDialog> dialogs;
  std::vector<dialer::event::WrapUpOwed> owed;  // after the ContactsLoaded, before the agents sign in
};
// In one transaction. Idempotent: a crash in the middle, and the next start does it again. An attempt whose
// row says that it was merged owes a wrap-up and its contact is left as it is; the contact of any other is
// tried again at `now` + its campaign's minimum gap, as a callback if it was one, and the attempt gets the
// campaign's system code of `unknown`. Dialogs stay listed until end_dialog().
base::Result<Recovered> recover(sqlite::Connection& db, WallTime now);

struct Loaded {
  dialer::Dialer::Start start;
  // In the order in which the core wants them: trunks, entry points, queues, agents, campaigns, do-not-call,
  // history, (contacts), owed wrap-ups.
  std::vector<TrunkRecord> trunks;
  std::vector<EntryPointRecord> entry_points;
  std::vector<QueueRecord> queues;
  std::vector<AgentRecord> agents;
  std::vector<CampaignRecord> campaigns;  // .state: running ones are started again, or left paused
  std::vector<dialer::NumberKey> do_not_call;
  std::vector<dialer::event::NumberHistoryLoaded> history;
  std::map<AgentId, std::uint64_t> last_legs;  // of each agent ever called: the next leg is one more
};
base::Result<Loaded> load(sqlite::Connection& db, WallTime now);

// Where a contact stands in the order of its campaign: position of the list, then the contact's id.
struct ContactCursor {
  std::uint32_t list_position = 0;
  std::uint64_t after = 0;
  bool done = false;
};
// The next `limit` contacts of a campaign, as the core takes them; `cursor` moves on and says when it is
// done. `zone_set` interns the number's zones ("Europe/Istanbul", several joined by ','; "" = unknown) and is
// expected to have defined the set before the chunk is fed.
base::Result<dialer::event::ContactsLoaded> load_contacts(
    sqlite::Connection& db, CampaignId campaign, std::size_t limit, ContactCursor& cursor,
    const std::function<dialer::ZoneSetId(std::string_view zones)>& zone_set);
// The next `limit` contacts of a list, after this one (0: from the first), in the order of their ids.
base::Result<std::vector<ContactId>> load_contact_ids(sqlite::Connection& db, ListId list, ContactId after,
                                                      std::size_t limit);

}  // namespace ziptone::store
