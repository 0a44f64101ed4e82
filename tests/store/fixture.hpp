// A store in a temporary directory, with the smallest configuration that an attempt refers to.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "server/store/catalog.hpp"
#include "server/store/import_sink.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"

namespace ziptone::store {

constexpr std::int64_t kT0 = 1'795'000'000'000'000;  // a day in November 2026
inline WallTime at(std::int64_t second) { return base::wall_from_micros(kT0 + second * 1'000'000); }

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The result's value, or a test failure with its sentence and a throw that ends the test.
template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(base::to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// What the store has said of the batches, waited for with a deadline.
class Acknowledged {
 public:
  Store::Done done();
  // False: not said within ten seconds.
  bool wait_for(std::uint64_t batch);
  bool durable(std::uint64_t batch) const;
  std::vector<std::uint64_t> order() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable said_;
  std::map<std::uint64_t, bool> durable_;
  std::vector<std::uint64_t> order_;
};

// Ids of the configuration that make_world() puts.
struct World {
  TrunkId trunk;
  EntryPointId entry_point;
  TeamId team;
  QueueId queue;
  AgentId agent, other_agent;
  ListId list;
  CampaignId campaign;
};
CampaignRecord campaign_record(QueueId queue, EntryPointId entry_point, ListId list);
World make_world(Store& store);

// A contact "K<n>" with the numbers +90532000<n> and +90212000<n>.
ImportContact import_contact(int n);
ImportCounts import_contacts(Store& store, ListId list, int first, int count);

// The effects of one attempt's life, as the core would send them.
dialer::effect::CommitAttempt intent(const World& world, std::uint64_t attempt, std::uint64_t contact,
                                     WallTime at);
dialer::effect::SaveOutcome outcome(std::uint64_t attempt, dialer::Outcome outcome, WallTime at);
dialer::effect::AppendRow call_row(std::uint64_t sequence, std::uint64_t attempt, std::string_view from,
                                   std::string_view event, std::string_view to, AgentId agent);

// Submits and waits: whether it became durable.
bool submit(Store& store, std::vector<StoreEffect> effects);
std::unique_ptr<Store> open_store(const std::string& directory, const std::string& vfs = {});
Reader open_reader(const Store& store);

}  // namespace ziptone::store
