// The contacts of the campaigns, in buckets by what holds them back, so that nothing is ever scanned.
//
// A ready contact stands on a shelf: the contacts whose numbers lie in the same zones, which open and close
// together. One that waits for an instant stands in the heap of its reason. Whoever is picked is judged
// number by number at that moment; who can't be dialed yet is filed again under the reason and instant that
// the judgement gave.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dialer/contact/window.hpp"
#include "dialer/effect.hpp"
#include "dialer/machine/contact.hpp"

namespace ziptone::dialer {

// Why a contact waits or ended; also the names of the gates.
enum class Reason : std::uint8_t {
  none,
  window,
  attempts,
  gap,
  retry_at,
  callback_at,
  do_not_call,
  destination,
  unknown_zone,
  exhausted,
  closed
};
std::string_view name(Reason reason);
inline constexpr std::size_t kReasons = 11;

using ContactIndex = std::uint32_t;
using NumberIndex = std::uint32_t;

// A number and its history, shared by every contact that has it: caps hold across contacts and campaigns.
struct NumberRecord {
  NumberKey number = 0;
  WallTime last_at{};  // of the last attempt; zero = never
  ZoneSetId zones = 0;
  CountryKey country = 0;
  std::uint8_t attempts = 0;
  bool barred = false;
};
static_assert(sizeof(NumberRecord) <= 32);

struct ContactRecord {
  ContactId id;
  WallTime next_at{};
  NumberIndex first_number = 0;  // into the book's number lists
  std::uint16_t campaign = 0;
  std::uint16_t shelf = 0;
  std::uint16_t agent = 0;  // of a personal callback: index into the book's agents; 0 = anyone
  std::uint8_t numbers = 0;
  std::uint8_t current = 0;  // the number that is next
  std::uint8_t dialed =
      0;  // the one that was dialed last: a closed window may have passed over the current one
  std::uint8_t attempts = 0;
  event::ContactPhase phase = event::ContactPhase::ready;
  Reason reason = Reason::none;  // why it waits or ended
  bool leased = false;
  bool callback = false;   // stands with the callbacks
  bool withdrawn = false;  // left the campaign, or leaves it when its lease ends
  Outcome last_outcome = Outcome::none;
  std::uint8_t streak = 0;  // of that outcome
};
static_assert(sizeof(ContactRecord) <= 64);

// What the rules say of one contact at one moment.
struct Judgement {
  Reason reason = Reason::none;       // none = may be dialed now
  std::uint8_t number = 0;            // which number, if so
  WallTime until = base::kNeverWall;  // when the reason ends by itself
};

struct Picked {
  ContactIndex contact = 0;
  std::uint8_t number = 0;
};

class ContactBook {
 public:
  void define_zones(const event::ZoneSetDefined& defined);
  void define_campaign(const Campaign& campaign);
  // See the events. load() returns how many were new.
  std::size_t load(const event::ContactsLoaded& loaded);
  void withdraw(const event::ContactsWithdrawn& withdrawn);
  void load_history(const event::NumberHistoryLoaded& history);
  void set_do_not_call(NumberKey number, bool added);
  bool is_do_not_call(NumberKey number) const { return do_not_call_.contains(number); }

  // When the process began, and how far the wall clock has stepped from the steady one since: caps and gaps
  // are kept on the latter, so that no step of the clock opens one.
  void set_clock(WallTime born, Duration skew);
  // Opens and closes shelves and moves what is due, for every campaign. Cheap when nothing changes.
  void refresh(WallTime now);
  // The earliest instant at which refresh() would change anything; kNeverWall = none.
  WallTime next_change() const;

  // Whether anybody stands in a line, for this agent or for whomever.
  bool has_ready(CampaignId campaign, AgentId agent) const;
  bool has_any(CampaignId campaign) const;
  // How many stand in the lines that this agent may be given a contact from.
  std::size_t standing(CampaignId campaign, AgentId agent) const;
  // Leases the next contact to `attempt`: callbacks first (the agent's own, then anyone's), then retries,
  // then the list. Refiles, with their reasons, those that turn out not to be dialable, a bounded number of
  // them: has_ready() may still be true when none is returned. What changed is appended to `effects`.
  std::optional<Picked> pick(CampaignId campaign, AgentId agent, AttemptId attempt, WallTime now,
                             std::vector<Effect>& effects);
  // One number of a contact, judged by every rule: the second look, when the intent is durable.
  // `history` false leaves caps and gaps out: a trunk failover is counted with the attempt that it follows.
  Judgement judge_number(ContactIndex contact, std::uint8_t number, WallTime now, bool history = true) const;

  // All numbers from the current one on.
  Judgement judge(ContactIndex contact, WallTime now) const;

  // The first number, from this one on, that is not barred for good; none: no more of this round.
  std::optional<std::uint8_t> number_from(ContactIndex contact, std::uint8_t index, WallTime now) const;

  // At start-up: the contact of an attempt whose code is still owed is leased to it. False: it has ended.
  bool lease_owed(ContactIndex contact, AttemptId attempt, std::vector<Effect>& effects);

  void count_attempt(ContactIndex contact, std::uint8_t number, WallTime wall);
  void note_call(ContactIndex contact, std::uint8_t number, WallTime wall);  // for the minimum gap alone
  // The attempt never reached the person's phone: it counts toward gaps and days, not toward the lifetime
  // caps.
  void forgive_attempt(ContactIndex contact, std::uint8_t number);
  // These end the lease and append what the store must know.
  void give_back(ContactIndex contact, std::vector<Effect>& effects);  // to the front: nothing was sent
  void wait(ContactIndex contact, WallTime at, std::vector<Effect>& effects);
  void postpone(ContactIndex contact, WallTime at, std::vector<Effect>& effects);  // a callback stays one
  void call_back(ContactIndex contact, WallTime at, AgentId agent, std::vector<Effect>& effects);
  void close(ContactIndex contact, Reason reason, std::vector<Effect>& effects);

  std::optional<ContactIndex> find(ContactId id) const;
  const ContactRecord& record(ContactIndex contact) const { return contacts_[contact]; }
  ContactRecord& record(ContactIndex contact) { return contacts_[contact]; }
  const NumberRecord& number(ContactIndex contact, std::uint8_t index) const {
    return numbers_[number_lists_[contacts_[contact].first_number + index]];
  }
  event::ContactSeed seed(ContactIndex contact) const;  // its state now; a leased one as ready

  struct Counts {
    std::uint64_t total = 0;
    std::uint64_t ready_open = 0;     // on open shelves
    std::uint64_t ready_closed = 0;   // on closed ones
    std::uint64_t ready_unknown = 0;  // of these, on shelves of which no zone is known
    std::uint64_t callbacks_due = 0;  // of by_reason's: personal ones that wait for their agent
    std::uint64_t leased = 0;
    std::array<std::uint64_t, kReasons> by_reason{};  // of those that wait or ended
    WallTime window_opens = base::kNeverWall;
    std::array<WallTime, kReasons> next_at{};  // of those that wait; kNeverWall = none
  };
  Counts counts(CampaignId campaign) const;

 private:
  struct Shelf {
    std::vector<ZoneSetId> zones;  // a contact is dialable when one of these is open
    Opening now;
    std::uint64_t ready = 0;  // contacts in the phase ready
    std::deque<ContactIndex> callbacks;
    std::deque<ContactIndex> retries;
    std::deque<ContactIndex> fresh;
  };
  struct Due {
    WallTime at;
    ContactIndex contact;
    friend bool operator>(const Due& a, const Due& b) {
      return a.at != b.at ? a.at > b.at : a.contact > b.contact;
    }
  };
  using Heap = std::priority_queue<Due, std::vector<Due>, std::greater<>>;
  struct Judged {
    Opening opening;
    WallTime at{};
  };
  struct CampaignBook {
    CampaignId id;
    std::vector<Window> windows;
    Caps caps;
    std::vector<Shelf> shelves;
    std::map<std::vector<ZoneSetId>, std::uint16_t> shelf_of;
    std::map<std::uint16_t, std::deque<ContactIndex>> personal;  // due callbacks, by agent index
    std::array<Heap, kReasons> waiting;
    std::uint64_t total = 0;
    std::uint64_t leased = 0;
    std::uint64_t standing_open = 0;  // in the lines of open shelves
    std::array<std::uint64_t, kReasons> by_reason{};
    WallTime shelves_change{};
    WallTime refreshed_at{};
    mutable std::map<ZoneSetId, Judged> openings;  // a cache: what a zone's windows say until they change
  };

  CampaignBook* book(CampaignId campaign);
  const CampaignBook* book(CampaignId campaign) const;
  CampaignBook& book_of(ContactIndex contact) { return campaigns_[contacts_[contact].campaign]; }
  NumberIndex intern(const event::NumberSeed& seed);
  std::uint16_t shelf_for(CampaignBook& in, const std::vector<event::NumberSeed>& numbers);
  std::uint16_t agent_index(AgentId agent);
  bool zones_known(ZoneSetId zones) const;
  Opening zones_open(const CampaignBook& in, ZoneSetId zones, WallTime now) const;
  void judge_shelves(CampaignBook& in, WallTime now);
  void release(CampaignBook& in, Reason reason, WallTime upto);
  void release_due(CampaignBook& in, WallTime now);
  std::deque<ContactIndex>& line_of(CampaignBook& in, ContactIndex contact);
  void stand(CampaignBook& in, ContactIndex contact, bool front);
  void step_out(CampaignBook& in, ContactIndex contact);
  WallTime wall_after(WallTime attempt, Duration length) const;
  Judgement judge_history(const CampaignBook& in, const NumberRecord& n, std::uint8_t index,
                          WallTime now) const;
  std::optional<Picked> pick_from(CampaignBook& in, std::deque<ContactIndex>& line, AttemptId attempt,
                                  WallTime now, std::size_t& budget, std::vector<Effect>& effects);
  void refile(CampaignBook& in, ContactIndex contact, const Judgement& judgement, WallTime now,
              std::vector<Effect>& effects);
  void end_lease(ContactIndex contact);
  // ---- what a new look at the lists changes (change.cpp)
  using Set = std::unordered_set<ContactIndex>;
  std::vector<ContactIndex> lift(CampaignBook& in, const Set& who, bool promised);
  void add(CampaignBook& in, const event::ContactSeed& seed);
  void change(CampaignBook& in, const std::vector<const event::ContactSeed*>& seeds);
  void put_numbers(ContactIndex contact, const std::vector<event::NumberSeed>& numbers);
  bool has_numbers(ContactIndex contact, const std::vector<event::NumberSeed>& numbers) const;
  void leave(CampaignBook& in, const Set& who);
  event::ContactSeed as_known(ContactIndex contact, const event::ContactSeed& told) const;
  void catch_up(ContactIndex contact);  // with what came while it was leased
  void set_waiting(ContactIndex contact, Reason reason, WallTime at);
  // One step of the contact's machine, saved with its row.
  void advance(ContactIndex contact, const contact::Event& event, Reason reason,
               std::vector<Effect>* effects);

  WallTime born_{};          // of this process; earlier attempts were found on the disk
  Duration skew_{0};         // by how much the wall clock has stepped since
  Duration judged_skew_{0};  // in which those who wait were judged
  std::vector<ContactRecord> contacts_;
  std::vector<NumberIndex> number_lists_;
  std::vector<NumberRecord> numbers_;
  std::unordered_map<std::uint64_t, ContactIndex> by_id_;
  std::unordered_map<NumberKey, NumberIndex> by_number_;
  struct Move {
    std::uint16_t to = 0;  // a campaign
    event::ContactSeed seed;
  };
  // Of leased contacts, until their lease ends.
  std::unordered_map<ContactIndex, event::ContactSeed> changes_;
  std::unordered_map<ContactIndex, Move> moves_;
  std::unordered_map<NumberKey, std::deque<WallTime>> last_day_;  // attempts of the last 24 h, oldest first
  std::unordered_set<NumberKey> do_not_call_;
  std::vector<AgentId> agents_{AgentId{}};
  std::map<ZoneSetId, std::vector<base::ZoneRules>> zones_;
  std::vector<CampaignBook> campaigns_;
};

}  // namespace ziptone::dialer
