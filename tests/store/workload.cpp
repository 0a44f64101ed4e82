#include "workload.hpp"

#include <fmt/format.h>

namespace ziptone::store {
namespace {

using dialer::Outcome;
using dialer::event::ContactPhase;
namespace effect = dialer::effect;

constexpr std::uint64_t kContacts = Workload::kBatches / 2;

// Odd batches begin attempt (n + 1) / 2, even ones end it. Each has two rows: sequences 2n - 1 and 2n.
std::uint64_t attempt_of(std::uint64_t batch) { return (batch + 1) / 2; }

std::vector<StoreEffect> batch_effects(const World& world, std::uint64_t batch) {
  const std::uint64_t attempt = attempt_of(batch);
  const WallTime when = at(static_cast<std::int64_t>(batch));
  effect::AppendRow contact_row;
  contact_row.sequence = 2 * batch;
  contact_row.machine = "contact";
  contact_row.id = attempt;
  if (batch % 2 == 1) {
    return {intent(world, attempt, attempt, when),
            call_row(2 * batch - 1, attempt, "Ready", "AgentOffered", "Leased", world.agent), contact_row};
  }
  return {outcome(attempt, Outcome::busy, when),
          effect::SaveContact{{attempt}, ContactPhase::retry_at, "busy", when, {}, 0, 1},
          effect::SaveDnc{905320000000 + attempt, {attempt}, "607", when},
          call_row(2 * batch - 1, attempt, "Ringing", "Rejected", "Ended", {}), contact_row};
}

}  // namespace

void Workload::run(const std::string& directory, const std::string& vfs) {
  Store::Options options;
  options.directory = directory;
  options.vfs = vfs;
  options.checkpoint_pages = 12;  // many checkpoints in a short run
  options.on_failed = [this](const base::Error&) { ++failures_told_; };
  auto store = Store::open(std::move(options));
  if (!store) return;
  opened_ = true;
  try {
    const World world = make_world(**store);
    {
      const std::lock_guard guard(mutex_);
      promised_.configured = true;
    }
    const auto counts = import_contacts(**store, world.list, 1, kContacts);
    {
      const std::lock_guard guard(mutex_);
      promised_.imported = counts.inserted;
    }
    submit_all(**store, world);
  } catch (const std::runtime_error&) {  // of must(): the store has failed
  }
}

void Workload::submit_all(Store& store, const World& world) {
  for (std::uint64_t batch = 1; batch <= kBatches; ++batch) {
    store.submit({batch_effects(world, batch), {}},
                 [this, tell = acknowledged_.done()](std::uint64_t number, bool durable) {
                   {
                     const std::lock_guard guard(mutex_);
                     if (!durable) promised_.refused = true;
                     if (durable && promised_.refused) promised_.promised_after = true;
                     if (durable) promised_.batches = number;
                   }
                   tell(number, durable);
                 });
    const std::uint64_t attempt = attempt_of(batch);
    if (batch % 4 == 1)
      store.save_dialog({.attempt = {attempt}}, {.call_id = "a" + std::to_string(attempt), .remote_tag = "t"},
                        [this, attempt](const base::Result<>& saved) {
                          const std::lock_guard guard(mutex_);
                          if (saved) promised_.dialogs.insert(attempt);
                        });
    // Half of them pile up and share a commit.
    if (batch % 2 == 0 && !acknowledged_.wait_for(batch)) throw std::runtime_error("no answer");
  }
  if (!acknowledged_.wait_for(kBatches)) throw std::runtime_error("no answer");
}

Promised Workload::promised() const {
  const std::lock_guard guard(mutex_);
  return promised_;
}

namespace {

using Findings = std::vector<std::string>;

void judge_file(Store& store, Findings& findings) {
  must(store.write_and_wait<bool>([&](sqlite::Connection& db) -> base::Result<bool> {
    must(db.each("PRAGMA integrity_check", [&](sqlite::Statement& row) {
      if (row.text(0) != "ok") findings.push_back("integrity_check: " + std::string(row.text(0)));
    }));
    must(db.each("PRAGMA foreign_key_check", [&](sqlite::Statement& row) {
      findings.push_back("foreign_key_check: " + std::string(row.text(0)));
    }));
    return true;
  }));
}

// Every prefix of the batches leaves exactly one state.
void judge_batches(Reader& reader, const Promised& promised, Findings& findings) {
  const auto expect = [&](bool holds, std::string what) {
    if (!holds) findings.push_back(std::move(what));
  };
  const std::uint64_t last = must(reader.last_sequence());
  const std::uint64_t batches = last / 2;
  expect(last % 2 == 0, fmt::format("batch {} is half there", batches + 1));
  expect(must(reader.rows(0, 10000)).size() == last, "a row is missing in the middle");
  expect(batches >= promised.batches,
         fmt::format("batch {} was promised, {} are there", promised.batches, batches));
  for (std::uint64_t attempt = 1; attempt <= Workload::kBatches / 2; ++attempt) {
    const auto seen = must(reader.attempt({attempt}));
    const bool begun = batches >= 2 * attempt - 1;
    const bool ended = batches >= 2 * attempt;
    expect(seen.has_value() == begun, fmt::format("attempt {}: there {}", attempt, seen.has_value()));
    if (!seen) continue;
    expect((seen->outcome == Outcome::busy) == ended, fmt::format("attempt {}: outcome", attempt));
    expect(seen->state == (ended ? "Ended" : "Leased"), fmt::format("attempt {}: {}", attempt, seen->state));
    const auto contact = must(reader.contact({attempt}));
    expect(contact && (contact->phase == ContactPhase::retry_at) == ended,
           fmt::format("contact {}: phase", attempt));
  }
  expect(must(reader.dnc("", 1000)).size() == batches / 2, "the do-not-call entries do not match");
}

}  // namespace

std::vector<std::string> judge(const std::string& directory, const Promised& promised) {
  Findings findings;
  auto store = open_store(directory);
  judge_file(*store, findings);
  auto reader = open_reader(*store);
  judge_batches(reader, promised, findings);
  const auto lists = must(reader.lists());
  if (lists.size() != must(reader.campaigns()).size())
    findings.push_back("half of the configuration is there");
  if (promised.configured && lists.empty()) findings.push_back("the configuration was promised");
  if (!lists.empty()) {
    const auto contacts = must(reader.contacts(lists[0].id, {}, 1000));
    if (contacts.size() < promised.imported) findings.push_back("promised contacts are missing");
    for (const auto& contact : contacts)
      if (contact.numbers.size() != 2) findings.push_back("a contact without its numbers");
    const auto imports = must(reader.imports(lists[0].id));
    if ((imports.empty() ? 0 : imports[0].inserted) != contacts.size())
      findings.push_back("the import's count is not the contacts'");
  }
  const auto recovered = must(store->recover(at(1000)));
  std::set<std::uint64_t> dialogs;
  for (const auto& dialog : recovered.dialogs)
    if (dialog.facts) dialogs.insert(dialog.key.attempt.value);
  for (const std::uint64_t attempt : promised.dialogs)
    if (!dialogs.contains(attempt))
      findings.push_back(fmt::format("the dialog of attempt {} is lost", attempt));
  return findings;
}

}  // namespace ziptone::store
