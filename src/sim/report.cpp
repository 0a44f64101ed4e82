#include "sim/report.hpp"

#include <fmt/format.h>

#include "sim/world.hpp"

namespace ziptone::sim {
namespace {

struct Figures {
  Statistics::Share share;
  Statistics::Waiting waiting;
  double hours, penetration, per_contact, abandoned_share;
  std::uint64_t contacts_ended = 0;
};

Figures figures_of(const World& world) {
  const Statistics& s = world.statistics;
  Figures f{};
  f.share = s.share();
  f.waiting = s.waiting();
  f.hours = static_cast<double>(world.options.length.count()) / 3600e6;
  const auto called = static_cast<double>(s.contacts_called.size());
  f.penetration = called / std::max(1.0, static_cast<double>(world.setup.contacts.size()));
  f.per_contact = static_cast<double>(s.attempts) / std::max(1.0, called);
  f.abandoned_share =
      static_cast<double>(s.abandoned) / std::max(1.0, static_cast<double>(s.merged + s.abandoned));
  for (const auto& campaign : world.setup.campaigns) {
    const auto counts = *world.process.dialer()->counts(campaign.id);
    f.contacts_ended += counts.done + counts.exhausted + counts.suppressed;
  }
  return f;
}

}  // namespace

std::string plan_as_table(const World& world) {
  const Statistics& s = world.statistics;
  const Figures f = figures_of(world);
  std::string text = fmt::format(
      "{} agents, {} contacts, {:.1f} hours, {:.0f} % of calls picked up; seed {}\n\n", world.options.agents,
      world.options.contacts, f.hours, world.options.callees.answered * 100, world.options.seed);
  const auto line = [&](std::string_view name, const std::string& value) {
    text += fmt::format("  {:<34}{:>14}\n", name, value);
  };
  line("agents talk", fmt::format("{:.1f} %", f.share.talking * 100));
  line("agents wrap up", fmt::format("{:.1f} %", f.share.wrapping_up * 100));
  line("agents wait", fmt::format("{:.1f} %", f.share.waiting * 100));
  line("agents are away", fmt::format("{:.1f} %", f.share.away * 100));
  line("wait for the next talk, mean", fmt::format("{:.1f} s", f.waiting.mean));
  line("wait for the next talk, half", fmt::format("{:.1f} s", f.waiting.p50));
  line("wait for the next talk, 95 of 100", fmt::format("{:.1f} s", f.waiting.p95));
  line("attempts", fmt::format("{}", s.attempts));
  line("answered", fmt::format("{}", s.answered));
  line("talks", fmt::format("{}", s.merged));
  line("abandoned", fmt::format("{} ({:.2f} %)", s.abandoned, f.abandoned_share * 100));
  line("list penetration", fmt::format("{:.1f} %", f.penetration * 100));
  line("attempts a contact called", fmt::format("{:.2f}", f.per_contact));
  line("contacts that have ended", fmt::format("{}", f.contacts_ended));
  text += "\n  outcomes\n";
  for (std::size_t i = 1; i < dialer::kOutcomes; ++i) {
    if (s.outcomes[i] > 0)
      line(fmt::format("  {}", dialer::kOutcomeNames[i]), fmt::format("{}", s.outcomes[i]));
  }
  return text;
}

std::string plan_as_json(const World& world) {
  const Statistics& s = world.statistics;
  const Figures f = figures_of(world);
  std::string outcomes;
  for (std::size_t i = 1; i < dialer::kOutcomes; ++i) {
    if (s.outcomes[i] > 0)
      outcomes +=
          fmt::format("{}\"{}\": {}", outcomes.empty() ? "" : ", ", dialer::kOutcomeNames[i], s.outcomes[i]);
  }
  return fmt::format(
      "{{\"seed\": {}, \"agents\": {}, \"contacts\": {}, \"hours\": {:.3f},\n"
      " \"share\": {{\"talking\": {:.4f}, \"wrapping_up\": {:.4f}, \"waiting\": {:.4f}, \"away\": {:.4f}}},\n"
      " \"waiting_s\": {{\"mean\": {:.3f}, \"p50\": {:.3f}, \"p95\": {:.3f}}},\n"
      " \"attempts\": {}, \"answered\": {}, \"talks\": {}, \"abandoned\": {}, \"abandoned_share\": {:.5f},\n"
      " \"penetration\": {:.4f}, \"attempts_per_contact\": {:.3f}, \"contacts_ended\": {},\n"
      " \"outcomes\": {{{}}}}}\n",
      world.options.seed, world.options.agents, world.options.contacts, f.hours, f.share.talking,
      f.share.wrapping_up, f.share.waiting, f.share.away, f.waiting.mean, f.waiting.p50, f.waiting.p95,
      s.attempts, s.answered, s.merged, s.abandoned, f.abandoned_share, f.penetration, f.per_contact,
      f.contacts_ended, outcomes);
}

}  // namespace ziptone::sim
