// What the store costs: imported rows a second, and how long an intent takes to be durable, idle, during an
// import, and on a disk whose syncs take 5 and 50 ms. store_bench [rows, default 1000000]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "fixture.hpp"
#include "server/store/import_file.hpp"
#include "test_vfs.hpp"

namespace ziptone::store {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

// Of all threads: what a row costs where others share the machine.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// A contact file of `rows` lines, made as it is read: key, name, two fields and one Turkish mobile number.
class ContactFile {
 public:
  ContactFile(std::uint64_t rows, bool scattered_keys) : rows_(rows), scattered_(scattered_keys) {}

  base::Result<std::size_t> operator()(std::span<char> to) {
    while (next_ <= rows_ && text_.size() - given_ < to.size()) append();
    const std::size_t size = std::min(to.size(), text_.size() - given_);
    std::copy_n(text_.data() + given_, size, to.data());
    given_ += size;
    if (given_ > 1'000'000) {
      text_.erase(0, given_);
      given_ = 0;
    }
    return size;
  }

 private:
  void append() {
    if (next_ == 0) {
      text_ += "key;name;phone;city;balance\n";
    } else {
      // Multiplying by an odd number walks through all 32-bit values in no order.
      const std::uint32_t key = static_cast<std::uint32_t>(next_) * (scattered_ ? 2654435761u : 1u);
      fmt::format_to(std::back_inserter(text_), "K{:010};Ayşe Yılmaz {};0532 {:03} {:02} {:02};İzmir;{}\n",
                     key, next_, next_ / 10000 % 800 + 200, next_ / 100 % 100, next_ % 100, next_ * 7);
    }
    ++next_;
  }
  std::uint64_t rows_;
  bool scattered_;
  std::uint64_t next_ = 0;
  std::string text_;
  std::size_t given_ = 0;
};

csv::ImportOptions options() {
  static const phone::DestinationList destinations = [] {
    phone::DestinationList list;
    must(list.add({phone::Country{"TR"}, "", phone::kOrdinaryTypes}));
    return list;
  }();
  csv::ImportOptions options;
  options.default_country = phone::Country{"TR"};
  options.destinations = &destinations;
  options.rules = {{"key", csv::Target::key}, {"name", csv::Target::name}, {"phone", csv::Target::phone}};
  return options;
}

// ---- the table, with the last run beside it

class Table {
 public:
  Table() {
    std::ifstream last(ZIPTONE_LAST_RUN);
    for (std::string name, value; std::getline(last, name, '\t') && std::getline(last, value);)
      last_[name] = std::atof(value.c_str());
    fmt::print("{:<54} {:>12} {:>12} {:>8}\n", "", "now", "last run", "change");
  }
  ~Table() {
    std::ofstream next(ZIPTONE_LAST_RUN);
    for (const auto& [name, value] : last_) next << name << '\t' << value << '\n';
  }
  void row(const std::string& name, double value) {
    const auto last = last_.find(name);
    if (last == last_.end())
      fmt::print("{:<54} {:>12.1f}\n", name, value);
    else
      fmt::print("{:<54} {:>12.1f} {:>12.1f} {:>+7.0f}%\n", name, value, last->second,
                 last->second == 0 ? 0.0 : 100.0 * (value / last->second - 1));
    std::fflush(stdout);
    last_[name] = value;
  }

 private:
  std::map<std::string, double> last_;
};

// ---- import

void bench_parse(Table& table, std::uint64_t rows) {
  csv::ContactReader reader(ContactFile(rows, false), options());
  must(reader.open());
  csv::ImportRow row;
  const auto from = Clock::now();
  while (must(reader.next(row))) continue;
  table.row("parse and normalise alone, rows/s",
            static_cast<double>(reader.totals().rows) / seconds_since(from));
}

void bench_import(Table& table, std::uint64_t rows, bool scattered) {
  TempDir dir;
  auto store = open_store(dir.path());
  const World world = make_world(*store);
  const double cpu = cpu_seconds();
  const auto from = Clock::now();
  const auto report =
      must(import_file(*store, world.list, "list.csv", ContactFile(rows, scattered), options(), at(0)));
  const double took = seconds_since(from);
  const char* keys = scattered ? "keys in no order" : "keys in order";
  table.row(fmt::format("import {} rows, {}, rows/s", rows, keys), static_cast<double>(rows) / took);
  table.row(fmt::format("  both threads' processor time, {}, us/row", keys),
            1e6 * (cpu_seconds() - cpu) / static_cast<double>(rows));
  if (report.counts.inserted + report.counts.duplicate != rows) fmt::print("rows are missing\n");
  if (scattered) return;
  const auto again = Clock::now();
  must(import_file(*store, world.list, "list.csv", ContactFile(rows, scattered), options(), at(1)));
  table.row("the same file again, rows/s", static_cast<double>(rows) / seconds_since(again));
  std::uint64_t loaded = 0;
  ContactCursor cursor;
  const auto load = Clock::now();
  while (!cursor.done)
    loaded += must(store->load_contacts(world.campaign, 10'000, cursor, [](std::string_view) {
                return dialer::ZoneSetId{1};
              })).contacts.size();
  table.row("load for the core, contacts/s", static_cast<double>(loaded) / seconds_since(load));
}

// ---- latency

struct Latency {
  std::mutex mutex;
  std::vector<double> ms;
};

// Intents at a steady pace, however long each takes: submit -> done.
void pace_intents(Store& store, const World& world, std::chrono::microseconds every, std::uint64_t count,
                  std::uint64_t& attempt, Latency& latency) {
  Acknowledged acknowledged;
  std::uint64_t last = 0;
  auto next = Clock::now();
  std::mutex mutex;
  std::condition_variable pace;
  for (std::uint64_t i = 0; i < count; ++i) {
    next += every;
    std::unique_lock guard(mutex);
    pace.wait_until(guard, next, [] { return false; });
    ++attempt;
    const auto from = Clock::now();
    last = store.submit({{intent(world, attempt, 1 + attempt % 100, at(1)),
                          call_row(attempt, attempt, "Ready", "AgentOffered", "Leased", world.agent)},
                         {}},
                        [&latency, from, tell = acknowledged.done()](std::uint64_t batch, bool durable) {
                          {
                            const std::lock_guard held(latency.mutex);
                            latency.ms.push_back(seconds_since(from) * 1000);
                          }
                          tell(batch, durable);
                        });
  }
  acknowledged.wait_for(last);
}

void report(Table& table, const std::string& name, Latency& latency) {
  auto& ms = latency.ms;
  std::sort(ms.begin(), ms.end());
  const auto at_quantile = [&](double q) {
    return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))];
  };
  table.row(name + ", p50 us", 1000 * at_quantile(0.5));
  table.row(name + ", p99 us", 1000 * at_quantile(0.99));
  table.row(name + ", max us", 1000 * ms.back());
}

void bench_latency(Table& table, const std::string& name, const std::string& vfs, std::uint64_t import_rows) {
  TempDir dir;
  auto store = open_store(dir.path(), vfs);
  const World world = make_world(*store);
  import_contacts(*store, world.list, 1, 100);
  std::uint64_t attempt = 0;
  constexpr auto kEvery = std::chrono::microseconds{4000};  // 250 intents a second
  Latency idle;
  pace_intents(*store, world, kEvery, 500, attempt, idle);
  report(table, "intent durable, " + name + ", idle", idle);
  Latency busy;
  std::atomic<bool> imported{false};
  std::thread importer([&] {
    must(import_file(*store, world.list, "list.csv", ContactFile(import_rows, false), options(), at(0)));
    imported = true;
  });
  while (!imported) pace_intents(*store, world, kEvery, 50, attempt, busy);
  importer.join();
  report(table, fmt::format("intent durable, {}, importing {}", name, import_rows), busy);
}

}  // namespace
}  // namespace ziptone::store

int main(int argc, char** argv) {
  using namespace ziptone::store;
  const std::uint64_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  Table table;
  bench_parse(table, rows);
  bench_import(table, rows, false);
  bench_import(table, rows, true);
  bench_latency(table, "this disk", {}, rows);
  for (const int delay_ms : {5, 50}) {
    TestVfs vfs(TestVfs::Memory::off);
    vfs.delay_syncs(std::chrono::milliseconds{delay_ms});
    bench_latency(table, fmt::format("syncs + {} ms", delay_ms), TestVfs::name(), rows / 5);
  }
}
