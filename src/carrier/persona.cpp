#include "carrier/persona.hpp"

#include <algorithm>
#include <vector>

namespace ziptone::carrier {
namespace {

Persona rejects(std::string name, int code, int q850, int ring_ms = 0) {
  return {.name = std::move(name),
          .kind = Kind::rejects,
          .ring_ms = ring_ms,
          .progress = ring_ms > 0,
          .code = code,
          .q850 = q850};
}

Persona answers(std::string name, Kind kind) { return {.name = std::move(name), .kind = kind}; }

Persona machine(std::string name, Opening opening) {
  return {.name = std::move(name),
          .kind = Kind::machine,
          .opening = opening,
          .ring_ms = 5000,
          .hello_ms = 700,
          .patience_ms = 0,
          .talk_ms = 45000};
}

std::vector<Persona> people() {
  std::vector<Persona> list{answers("person", Kind::person)};
  const auto add = [&list](std::string name) -> Persona& {
    return list.emplace_back(answers(std::move(name), Kind::person));
  };
  add("person_en").language = Language::en;
  add("talker").talk_ms = 12000;
  auto& quick = add("quick");
  quick.progress = false;
  quick.ring_ms = 0;
  quick.hello_ms = 150;
  add("business").opening = Opening::business;
  auto& drops = add("hangs_up");
  drops.hello_ms = 0;
  drops.talk_ms = 800;
  add("impatient").patience_ms = 2000;
  add("early_ringback").early_media = true;
  auto& crossing = add("crossing");
  crossing.ring_ms = 120000;
  crossing.answers_cancel = true;
  add("late_hello").hello_ms = 2600;
  auto& slow = add("slow");
  slow.post_dial_ms = 9000;
  add("reliable").reliable = true;
  return list;
}

void add_machines(std::vector<Persona>& list) {
  list.push_back(machine("machine", Opening::hello));
  list.push_back(machine("machine_en", Opening::hello));
  list.back().language = Language::en;
  list.push_back(machine("machine_short", Opening::short_greeting));
  list.push_back(machine("machine_beep", Opening::beep_only));
  list.push_back(machine("machine_pause", Opening::with_pause));
  list.push_back(machine("machine_operator", Opening::operator_greeting));
  list.push_back({.name = "fax", .kind = Kind::fax, .hello_ms = 300, .talk_ms = 20000});
}

void add_refusals(std::vector<Persona>& list) {
  list.push_back(rejects("busy", 486, 17));
  list.push_back(rejects("busy_everywhere", 600, 17));
  list.push_back({.name = "no_answer", .kind = Kind::no_answer, .ring_ms = 0});
  list.push_back(
      {.name = "no_answer_network", .kind = Kind::no_answer, .ring_ms = 30000, .code = 480, .q850 = 19});
  list.push_back({.name = "no_progress", .kind = Kind::no_answer, .ring_ms = 0, .progress = false});
  list.push_back({.name = "dead", .kind = Kind::dead, .progress = false});
  list.push_back({.name = "invalid",
                  .kind = Kind::announcement,
                  .ring_ms = 3500,
                  .code = 404,
                  .q850 = 1,
                  .sound = "sit"});
  list.push_back(rejects("not_found", 404, 1));
  list.push_back(rejects("gone", 410, 22));
  list.push_back(rejects("incomplete", 484, 28));
  list.push_back(rejects("congestion", 503, 34));
  list.back().retry_after_s = 5;
  list.push_back({.name = "unreachable",
                  .kind = Kind::announcement,
                  .ring_ms = 4500,
                  .code = 480,
                  .q850 = 20,
                  .sound = "unreachable"});
  list.push_back(list.back());
  list.back().name = "unreachable_en";
  list.back().language = Language::en;
  list.push_back(rejects("server_error", 500, 41));
  list.push_back(rejects("forbidden", 403, 21));
  list.push_back(rejects("declined", 603, 21, 2000));
  list.push_back(rejects("blocked", 603, 0));
  list.back().reason = "SIP;cause=603;text=\"v=analytics1;url=https://redress.example\";location=LN";
  list.push_back(rejects("unwanted", 607, 21, 2000));
  list.push_back(rejects("rejected_analytics", 608, 21));
}

void add_oddities(std::vector<Persona>& list) {
  list.push_back({.name = "screening", .kind = Kind::screening, .ring_ms = 1500});
  list.push_back({.name = "screening_ends", .kind = Kind::screening, .ring_ms = 1500, .pass_ms = 0});
  list.push_back({.name = "silent", .kind = Kind::silent, .patience_ms = 0});
  list.push_back({.name = "false_answer",
                  .kind = Kind::false_answer,
                  .ring_ms = 0,
                  .progress = false,
                  .talk_ms = 30000,
                  .sound = "ringback"});
  list.push_back({.name = "false_announcement",
                  .kind = Kind::false_answer,
                  .ring_ms = 500,
                  .talk_ms = 15000,
                  .sound = "unreachable"});
  list.push_back({.name = "recording",
                  .kind = Kind::recording,
                  .ring_ms = 200,
                  .hello_ms = 0,
                  .patience_ms = 0,
                  .talk_ms = 60000});
}

std::vector<Persona> all() {
  std::vector<Persona> list = people();
  add_machines(list);
  add_refusals(list);
  add_oddities(list);
  return list;
}

}  // namespace

std::span<const Persona> presets() {
  static const std::vector<Persona> list = all();
  return list;
}

std::optional<Persona> preset(std::string_view name) {
  const auto list = presets();
  const auto found = std::ranges::find(list, name, &Persona::name);
  if (found == list.end()) return std::nullopt;
  return *found;
}

}  // namespace ziptone::carrier
