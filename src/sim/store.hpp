// The disk: batches become durable in order after a delay, or fail, or are lost with a crash. What is durable
// is all that a restart knows, read as src/server/store/recover.cpp and load.cpp read it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/random.hpp"
#include "dialer/dialer.hpp"

namespace ziptone::sim {

class World;
using dialer::Duration;
using dialer::Instant;

struct Batch {
  std::vector<dialer::Effect> effects;
  std::vector<std::function<void()>> answers;  // to people, once durable
};

struct StoredContact {
  dialer::CampaignId campaign;  // 0: taken off its campaign
  dialer::event::ContactSeed seed;
};
struct StoredAttempt {
  dialer::effect::CommitAttempt intent;
  dialer::AgentId agent;
  bool merged = false;
  bool live = true;
  int outcomes = 0;
  dialer::Outcome outcome = dialer::Outcome::none;
  dialer::WallTime placed_at{};  // or, of unknown fate, when it was found
  std::vector<dialer::effect::SaveWrapUp> codes;
};

// What a start finds.
struct Recovered {
  dialer::Dialer::Start start;
  std::vector<dialer::NumberKey> do_not_call;
  std::vector<dialer::event::NumberHistoryLoaded> history;
  std::vector<dialer::event::ContactsLoaded> contacts;
  std::vector<dialer::event::WrapUpOwed> owed;
  std::vector<dialer::CampaignId> running;
  std::vector<dialer::AttemptId> dialogs;  // that may still be up
};

class Store {
 public:
  explicit Store(World& world);

  void submit(Batch batch);
  void add_dnc(dialer::NumberKey number) { do_not_call_.insert(number); }
  void put_in_list(dialer::ContactId id, dialer::CampaignId campaign) {
    contacts_.at(id.value - 1).campaign = campaign;
  }
  void turn_numbers(dialer::ContactId id);  // the first one becomes the last
  void crash();  // of the process: what waits is lost; what is being synced is on the disk or not
  Recovered recover();

  const std::unordered_map<std::uint64_t, StoredAttempt>& attempts() const { return attempts_; }
  const std::vector<StoredContact>& contacts() const { return contacts_; }  // by id - 1
  const std::set<dialer::NumberKey>& do_not_call() const { return do_not_call_; }
  bool failed() const { return failed_; }
  bool idle() const { return syncing_.empty() && waiting_.empty(); }

 private:
  void delay_codes(Batch& batch);
  void sync();
  void synced(std::uint64_t life);
  void apply(const dialer::Effect& effect);
  void end_as_unknown(StoredAttempt& attempt);
  std::uint8_t attempts_of(dialer::ContactId contact) const;
  void load_history(Recovered& found) const;
  void load_contacts(Recovered& found) const;

  World& world_;
  base::Random random_;
  std::vector<Batch> waiting_;
  std::vector<Batch> syncing_;
  std::uint64_t life_ = 1;
  bool failed_ = false;

  std::vector<StoredContact> contacts_;
  std::unordered_map<std::uint64_t, StoredAttempt> attempts_;
  std::set<dialer::NumberKey> do_not_call_;
  std::map<dialer::CampaignId, std::string_view> campaigns_;
  std::uint64_t last_attempt_ = 0;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace ziptone::sim
