#include "carrier/directory.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/random.hpp"

namespace ziptone::carrier {
namespace {

// FNV-1a: stable over platforms and runs, unlike std::hash.
std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ (seed * 0x9E3779B97F4A7C15u);
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

std::string known_names() {
  std::string names;
  for (const auto& p : presets()) names += (names.empty() ? "" : ", ") + p.name;
  return names;
}

// The fields of an entry that override its preset.
base::Result<void> override_field(Persona& p, std::string_view key, const toml::node& node,
                                  const std::string& where) {
  const std::map<std::string_view, int*> numbers{{"post_dial_ms", &p.post_dial_ms},
                                                 {"ring_ms", &p.ring_ms},
                                                 {"code", &p.code},
                                                 {"q850", &p.q850},
                                                 {"hello_ms", &p.hello_ms},
                                                 {"patience_ms", &p.patience_ms},
                                                 {"talk_ms", &p.talk_ms},
                                                 {"retry_after_s", &p.retry_after_s},
                                                 {"pass_ms", &p.pass_ms}};
  const std::map<std::string_view, bool*> flags{{"progress", &p.progress},
                                                {"early_media", &p.early_media},
                                                {"reliable", &p.reliable},
                                                {"answers_cancel", &p.answers_cancel}};
  const std::map<std::string_view, std::string*> texts{{"sound", &p.sound}, {"reason", &p.reason}};
  if (const auto n = numbers.find(key); n != numbers.end()) {
    const auto value = node.value<std::int64_t>();
    if (!value || *value < 0 || *value > 3'600'000)
      return base::error("not a number from 0 to 3600000", where);
    *n->second = static_cast<int>(*value);
  } else if (const auto f = flags.find(key); f != flags.end()) {
    if (!node.is_boolean()) return base::error("not true or false", where);
    *f->second = *node.value<bool>();
  } else if (const auto t = texts.find(key); t != texts.end()) {
    if (!node.is_string()) return base::error("not a text", where);
    *t->second = *node.value<std::string>();
  } else if (key == "language") {
    const auto value = node.value<std::string>().value_or("");
    if (value != "tr" && value != "en") return base::error("not a language", where, "write \"tr\" or \"en\"");
    p.language = value == "tr" ? Language::tr : Language::en;
  } else {
    return base::error("unknown key", where, "see `ziptone carrier --help` for the keys of an entry");
  }
  return {};
}

}  // namespace

std::string digits_of(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  return digits.starts_with("00") ? digits.substr(2) : digits;
}

struct Ending {
  int last_two;
  std::string_view persona;
};
constexpr auto kEndings = std::to_array<Ending>({
    {1, "person_en"},
    {2, "talker"},
    {3, "quick"},
    {4, "business"},
    {5, "hangs_up"},
    {6, "impatient"},
    {7, "early_ringback"},
    {8, "crossing"},
    {9, "late_hello"},
    {10, "machine"},
    {11, "machine_en"},
    {12, "machine_short"},
    {13, "machine_beep"},
    {14, "machine_pause"},
    {15, "machine_operator"},
    {20, "fax"},
    {30, "busy"},
    {31, "busy_everywhere"},
    {40, "no_answer"},
    {41, "no_answer_network"},
    {42, "no_progress"},
    {43, "dead"},
    {50, "invalid"},
    {51, "not_found"},
    {52, "gone"},
    {53, "incomplete"},
    {60, "congestion"},
    {61, "unreachable"},
    {62, "unreachable_en"},
    {63, "server_error"},
    {64, "forbidden"},
    {70, "declined"},
    {71, "blocked"},
    {72, "unwanted"},
    {73, "rejected_analytics"},
    {80, "screening"},
    {81, "screening_ends"},
    {82, "slow"},
    {83, "silent"},
    {84, "false_answer"},
    {85, "false_announcement"},
    {86, "reliable"},
});

std::string_view persona_of_last_two_digits(int digits) {
  const auto* found = std::ranges::find(kEndings, digits, &Ending::last_two);
  return found == kEndings.end() ? "person" : found->persona;
}

base::Result<std::vector<Share>> parse_mix(std::string_view text) {
  std::vector<Share> mix;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const auto equals = part.find('=');
    const auto name = part.substr(0, equals);
    const auto persona = preset(name);
    if (!persona)
      return base::error(fmt::format("unknown persona '{}'", name), "--mix", "use one of: " + known_names());
    if (persona->kind == Kind::recording)
      return base::error("a recording needs its file", "--mix", "name it in an entry of --directory");
    double weight = 0;
    const auto number = equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), weight);
    if (fault != std::errc{} || end != number.data() + number.size() || !(weight > 0) || weight > 1e6) {
      return base::error(fmt::format("'{}' has no positive weight", part), "--mix",
                         "write person=35,machine=30,...");
    }
    mix.push_back({*persona, weight});
  }
  if (mix.empty()) return base::error("the mix is empty", "--mix", "write person=35,machine=30,...");
  return mix;
}

base::Result<void> Directory::add_toml(std::string_view text, std::string_view file_name) {
  const auto table = [&]() -> base::Result<toml::table> {
    try {
      return toml::parse(text, file_name);
    } catch (const toml::parse_error& e) {
      return base::error(std::string(e.description()),
                         fmt::format("{}:{}", file_name, e.source().begin.line));
    }
  }();
  if (!table) return tl::unexpected(table.error());
  for (const auto& [key, node] : *table) {
    if (key.str() != "entry" || !node.is_array_of_tables()) {
      return base::error("unknown key", fmt::format("{}: {}", file_name, key.str()),
                         "write [[entry]] tables");
    }
    int index = 0;
    for (const auto& item : *node.as_array()) {
      const auto& entry = *item.as_table();
      const auto where = [&](std::string_view k) {
        return fmt::format("{}: entry[{}].{}", file_name, index, k);
      };
      const auto name = entry["persona"].value_or(std::string("person"));
      const auto base_persona = preset(name);
      if (!base_persona) {
        return base::error(fmt::format("unknown persona '{}'", name), where("persona"),
                           "use one of: " + known_names());
      }
      Entry made{Match::exact, {}, *base_persona};
      int keys = 0;
      for (const auto& [k, value] : entry) {
        const auto field = k.str();
        if (field == "persona") continue;
        if (field == "number" || field == "prefix" || field == "suffix") {
          ++keys;
          made.match = field == "number" ? Match::exact : field == "prefix" ? Match::prefix : Match::suffix;
          made.digits = digits_of(value.value_or(std::string{}));
          if (made.digits.empty())
            return base::error("holds no digit", where(field), "write it as a text in quotes");
          continue;
        }
        if (auto done = override_field(made.persona, field, value, where(field)); !done) return done;
      }
      if (made.persona.kind == Kind::recording && made.persona.sound.empty())
        return base::error("is missing", where("sound"), "name the WAV file that is played");
      if (keys != 1) return base::error("needs exactly one of number, prefix, suffix", where("number"));
      entries_.push_back(std::move(made));
      ++index;
    }
  }
  return {};
}

std::vector<std::string> Directory::recordings() const {
  std::vector<std::string> files;
  for (const auto& entry : entries_)
    if (entry.persona.kind == Kind::recording) files.push_back(entry.persona.sound);
  return files;
}

const Directory::Entry* Directory::find(std::string_view digits) const {
  const Entry* best = nullptr;
  const auto better = [&best](const Entry& e) {
    if (!best) return true;
    return e.match != best->match ? e.match < best->match : e.digits.size() > best->digits.size();
  };
  for (const auto& e : entries_) {
    const bool fits = e.match == Match::exact    ? digits == e.digits
                      : e.match == Match::prefix ? digits.starts_with(e.digits)
                                                 : digits.ends_with(e.digits);
    if (fits && better(e)) best = &e;
  }
  return best;
}

Persona Directory::from_mix(std::uint64_t hash) const {
  double sum = 0;
  for (const auto& share : mix_) sum += share.weight;
  double left = base::Random(hash).unit() * sum;
  for (const auto& share : mix_) {
    left -= share.weight;
    if (left < 0) return share.persona;
  }
  return mix_.back().persona;
}

Persona Directory::choose(std::string_view number, std::uint32_t nth) const {
  const std::string digits = digits_of(number);
  if (const auto* entry = find(digits)) return entry->persona;
  const std::uint64_t hash = hash_of(digits, seed_ + (vary_ ? nth : 0));
  Persona chosen;
  bool spread = true;
  if (!mix_.empty()) {
    chosen = from_mix(hash);
  } else {
    const int last_two = digits.size() < 2 ? 0 : std::stoi(digits.substr(digits.size() - 2));
    const auto name = persona_of_last_two_digits(last_two);
    chosen = *preset(name);
    spread = name == "person" && last_two != 0;
  }
  // A network whose people all pick up after three seconds sharp would hide what a dialer does with the
  // others.
  if (spread && chosen.kind != Kind::rejects && chosen.ring_ms > 0 && chosen.code == 0) {
    base::Random random(hash ^ 0x5eed);
    chosen.ring_ms = static_cast<int>(random.between(chosen.ring_ms / 2, chosen.ring_ms * 3));
    chosen.hello_ms = static_cast<int>(random.between(chosen.hello_ms / 2, chosen.hello_ms * 2));
    if (chosen.kind == Kind::person && chosen.talk_ms == 0 && random.chance(0.5)) {
      chosen.talk_ms = static_cast<int>(random.between(8'000, 40'000));
    }
  }
  return chosen;
}

}  // namespace ziptone::carrier
