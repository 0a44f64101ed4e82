// How fast a contact file becomes contacts: one core's processor time, the file in memory, no database. The
// rows are what Turkish lists look like: two numbers in several writings, Turkish letters, three more
// columns, some bad rows.
#include <algorithm>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/random.hpp"
#include "phone/destination.hpp"
#include "server/store/import/contacts.hpp"

namespace {

using namespace ziptone;
using namespace ziptone::store;

constexpr std::size_t kRows = 1'000'000;

// Processor time: the machine may be busy with others.
double seconds_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

std::string mobile(base::Random& random, std::size_t i) {
  const std::size_t subscriber = 1'000'000 + i % 9'000'000;
  const unsigned operators[] = {530, 532, 541, 542, 551, 505};
  const unsigned code = operators[random.below(6)];
  switch (random.below(5)) {
    case 0:
      return fmt::format("0{}{}", code, subscriber);
    case 1:
      return fmt::format("+90 {} {} {:04}", code, subscriber / 10000, subscriber % 10000);
    case 2:
      return fmt::format("(0{}) {}-{:04}", code, subscriber / 10000, subscriber % 10000);
    case 3:
      return fmt::format("{}{}", code, subscriber);
    default:
      return fmt::format("0090{}{}", code, subscriber);
  }
}

// `bad` in a hundred rows have no usable number.
std::string file(std::size_t rows, unsigned bad) {
  base::Random random(1);
  std::string text = "müşteri no;ad;soyad;cep;ev tel;şehir;borç;not\r\n";
  for (std::size_t i = 0; i < rows; ++i) {
    const bool is_bad = random.below(100) < bad;
    const std::string number = is_bad ? "bilinmiyor" : mobile(random, i);
    const std::string home = is_bad ? "" : fmt::format("0212 {}", 2'000'000 + i % 7'000'000);
    text += fmt::format("{};Ayşegül;Yıldırım{};{};{};İstanbul;{},50;\"arasın; akşam\"\r\n", i, i % 977,
                        number, home, i % 10'000);
  }
  return text;
}

void import(const char* name, const std::string& text, const phone::DestinationList* destinations) {
  std::string_view rest = text;
  csv::ImportOptions options;
  options.default_country = phone::Country{"TR"};
  options.destinations = destinations;
  const auto start = std::clock();
  csv::ContactReader reader(
      [&rest](std::span<char> buffer) -> base::Result<std::size_t> {
        const std::size_t count = std::min(rest.size(), buffer.size());
        std::copy_n(rest.data(), count, buffer.data());
        rest.remove_prefix(count);
        return count;
      },
      std::move(options));
  if (const auto opened = reader.open(); !opened) {
    fmt::print("{}: {}\n", name, base::to_string(opened.error()));
    return;
  }
  csv::ImportRow row;
  while (reader.next(row).value()) {
  }
  const double seconds = seconds_since(start);
  const csv::ImportTotals& totals = reader.totals();
  fmt::print("{:<40}  {:>10.0f} rows/s\n", name, static_cast<double>(totals.rows) / seconds);
  fmt::print("  contacts {}, bad {}, duplicates {}, warnings {}, {:.0f} MB/s\n", totals.contacts, totals.bad,
             totals.duplicates, totals.warnings, static_cast<double>(text.size()) / seconds / 1e6);
}

void numbers(const char* name, const std::vector<std::string>& texts, bool with_zones) {
  const auto start = std::clock();
  std::uint64_t sum = 0;
  for (const std::string& text : texts) {
    const auto number = phone::parse(text, phone::Country{"TR"});
    if (!number) continue;
    sum += number->packed;
    if (with_zones)
      sum += phone::zones_of(*number).size() + static_cast<std::uint64_t>(phone::type_of(*number));
  }
  const double ns = seconds_since(start) * 1e9 / static_cast<double>(texts.size());
  fmt::print("{:<40}  {:>10.0f} ns\n", name, ns);
  fmt::print("  check sum {}\n", sum);  // so that the work is not optimised away
}

}  // namespace

int main() {
  base::Random random(7);
  std::vector<std::string> good;
  for (std::size_t i = 0; i < 200'000; ++i) good.push_back(mobile(random, i));
  std::vector<std::string> wrong(200'000, "0532 123 45 6x");
  numbers("parse and validate, a number", good, false);
  numbers("parse, type and zones, a number", good, true);
  numbers("refuse, a number", wrong, false);
  phone::DestinationList turkey;
  if (!turkey.add({phone::Country{"TR"}, "", phone::kOrdinaryTypes})) return 1;
  import("import, all rows good", file(kRows, 0), nullptr);
  import("import, with a destination list", file(kRows, 0), &turkey);
  import("import, 30 % of the rows bad", file(kRows, 30), nullptr);
  return 0;
}
