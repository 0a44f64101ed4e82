#include "checks.hpp"

#include <utility>

#include <fmt/format.h>

#include "wording.hpp"

namespace ziptone::scenario {
namespace {

namespace effect = dialer::effect;
using Unnamed = std::deque<std::string>;

std::string join(const std::vector<std::string>& words, std::string_view by = " ") {
  return fmt::format("{}", fmt::join(words, by));
}

// Whether the told words are the first words of the whole.
bool begins(const std::string& whole, const std::string& told) {
  return whole == told || whole.starts_with(told + " ");
}

void compare(const Words& line, const std::string& told, const std::string& is) {
  if (!begins(is, told)) line.refuse("told '" + told + "', but it is '" + is + "'");
}

std::string effect_line(Words& line) {
  const std::vector<std::string> words = line.rest();
  if (words.empty()) line.refuse("say which effect, or 'nothing'");
  if (!is_effect_word(words.front())) {
    line.refuse("'" + words.front() + "' is no effect; there are: " + std::string(effect_words()));
  }
  return join(words);
}

// ---- effects
void expect(const World&, Unnamed& unnamed, Words& line) {
  if (line.take_if("nothing")) {
    line.end();
    if (!unnamed.empty()) line.refuse("expected nothing, but '" + unnamed.front() + "' came");
    return;
  }
  const std::string told = effect_line(line);
  if (unnamed.empty()) line.refuse("expected '" + told + "', but nothing more came");
  if (!begins(unnamed.front(), told)) {
    line.refuse("expected '" + told + "', but '" + unnamed.front() + "' came");
  }
  unnamed.pop_front();
}

void ignore(const World&, Unnamed& unnamed, Words& line) {
  const bool all = line.take_if("everything");
  const std::string told = all ? "" : effect_line(line);
  line.end();
  const std::size_t waved = std::erase_if(unnamed, [&](const auto& one) { return all || begins(one, told); });
  if (waved == 0) line.refuse("nothing of the kind came: remove this line");
}

// ---- state
void agent_state(const World& world, Words& line) {
  const base::AgentId id = world.setting.agent_names.take(line);
  const std::string told = join(line.rest());
  for (const auto& view : world.dialer.agents()) {
    if (view.agent != id) continue;
    std::string is = kebab(view.state);
    if (!view.why.empty()) is += " " + std::string(view.why);
    if (view.attempt) is += " " + world.contact_of(view.attempt);
    compare(line, told, is);
  }
}

void phone_state(const World& world, Words& line) {
  const base::AgentId id = world.setting.agent_names.take(line);
  const std::string told = join(line.rest());
  for (const auto& view : world.dialer.agents()) {
    if (view.agent == id) compare(line, told, kebab(view.leg));
  }
}

void call_state(const World& world, Words& line) {
  const base::AttemptId id = world.call_of(line.line(), world.setting.contact_names.take(line));
  const std::string told = join(line.rest());
  std::string is = "ended";
  for (const auto& view : world.dialer.calls()) {
    if (view.attempt == id) is = kebab(view.state) + " " + world.setting.agent_names.name(view.agent);
  }
  compare(line, told, is);
}

void contact_state(const World& world, Words& line) {
  const base::ContactId id = world.setting.contact_names.take(line);
  const auto seed = world.dialer.contact(id);
  if (!seed) line.refuse("the core does not know this contact");
  constexpr std::string_view kPhases[] = {"ready", "retry-at",  "callback-at",
                                          "done",  "exhausted", "suppressed"};
  std::string is{kPhases[static_cast<std::size_t>(seed->phase)]};
  for (const auto& call : world.dialer.calls()) {
    if (call.contact == id && call.state != "Naming") is = "leased";
  }
  if (is.ends_with("-at")) is += " " + world.text_of(seed->next_at);
  compare(line, join(line.rest()), is);
}

void campaign_state(const World& world, Words& line) {
  const base::CampaignId id = world.setting.campaign_names.take(line);
  compare(line, join(line.rest()), kebab(world.dialer.campaign_state(id).value_or("unknown")));
}

using State = void (*)(const World&, Words&);
void state(const World& world, Unnamed&, Words& line) {
  static constexpr std::pair<std::string_view, State> kStates[] = {{"agent", agent_state},
                                                                   {"phone", phone_state},
                                                                   {"call", call_state},
                                                                   {"contact", contact_state},
                                                                   {"campaign", campaign_state}};
  choose(line, "thing that has a state", kStates)(world, line);
}

// ---- path agent NAME STATE STATE ...: the states that the step above led the agent through
void path(const World& world, Unnamed&, Words& line) {
  line.require("agent");
  const base::AgentId id = world.setting.agent_names.take(line);
  std::vector<std::string> states;
  for (const dialer::Effect& one : world.seen) {
    const auto* row = std::get_if<effect::AppendRow>(&one);
    if (row == nullptr || row->machine != "agent" || row->id != id.value || row->from == row->to) continue;
    if (states.empty()) states.push_back(kebab(row->from));
    states.push_back(kebab(row->to));
  }
  const std::string told = join(line.rest());
  if (told != join(states)) line.refuse("told '" + told + "', but the path is '" + join(states) + "'");
}

// ---- explain CAMPAIGN dialing | explain CAMPAIGN not dialing | explain CAMPAIGN GATE COUNT open | closed
// [opens TIME]
void explain(const World& world, Unnamed&, Words& line) {
  const base::CampaignId id = world.setting.campaign_names.take(line);
  const auto explanation = world.dialer.explain(id, world.now());
  const bool want_closed = line.take_if("not");
  if (line.take_if("dialing")) {
    line.end();
    if (explanation->dialing == want_closed) {
      line.refuse(explanation->dialing ? "every gate is open" : "a gate is closed");
    }
    return;
  }
  if (want_closed) line.require("dialing");
  const std::string told = join(line.rest());
  std::string all;
  for (const dialer::Gate& gate : explanation->gates) {
    std::string is = fmt::format("{} {} {}", gate.name, gate.count, gate.open ? "open" : "closed");
    if (gate.opens_at) is += " opens " + world.text_of(*gate.opens_at);
    if (begins(told, std::string(gate.name))) return compare(line, told, is);
    all += "\n    " + is;
  }
  line.refuse("'" + told + "' is no gate of now; they are:" + all);
}

using Check = void (*)(const World&, Unnamed&, Words&);
constexpr std::pair<std::string_view, Check> kChecks[] = {
    {"expect", expect}, {"ignore", ignore}, {"state", state}, {"path", path}, {"explain", explain}};

}  // namespace

bool is_check_word(std::string_view word) {
  for (const auto& [name, one] : kChecks) {
    if (name == word) return true;
  }
  return false;
}

void check(const World& world, Unnamed& unnamed, Words& line) {
  choose(line, "check", kChecks)(world, unnamed, line);
}

}  // namespace ziptone::scenario
