#include "sim/trace.hpp"

#include <array>

#include <fmt/format.h>

#include "base/wall.hpp"

namespace ziptone::sim {

std::string render(const dialer::effect::AppendRow& row) {
  std::string text = fmt::format("{} {} {} + {} -> {}", row.machine, row.id, row.from, row.event, row.to);
  if (row.outcome != dialer::Outcome::none) text += fmt::format(" ({})", dialer::name(row.outcome));
  return text;
}

namespace {

struct Renderer {
  std::string operator()(const sight::Invited& s) const {
    return fmt::format("wire: INVITE of call {} to {} by trunk {}", s.attempt, s.number, s.trunk);
  }
  std::string operator()(const sight::Cancelled& s) const {
    return fmt::format("wire: CANCEL of call {}{}", s.attempt, s.at_start_up ? " at start-up" : "");
  }
  std::string operator()(const sight::RangBack& s) const {
    return fmt::format("wire: 18x of call {}", s.attempt);
  }
  std::string operator()(const sight::AnswerSent& s) const {
    return fmt::format("wire: 200 of call {} leaves the carrier", s.attempt);
  }
  std::string operator()(const sight::AnswerHeard& s) const {
    return fmt::format("wire: 200 of call {}", s.attempt);
  }
  std::string operator()(const sight::FinalSent& s) const {
    return fmt::format("wire: {} of call {}", s.facts.code, s.attempt);
  }
  std::string operator()(const sight::Byed& s) const {
    return fmt::format("wire: our BYE of call {}", s.attempt);
  }
  std::string operator()(const sight::LeftUs& s) const {
    return fmt::format("wire: the contact's BYE of call {}", s.attempt);
  }
  std::string operator()(const sight::Spoke& s) const {
    return fmt::format("contact of call {} {} speaking", s.attempt, s.on ? "begins" : "stops");
  }
  std::string operator()(const sight::EarlyVoice& s) const {
    return fmt::format("network speaks early in call {}", s.attempt);
  }
  std::string operator()(const sight::Joined& s) const {
    return fmt::format("contact of call {} hears agent {}", s.attempt, s.agent);
  }
  std::string operator()(const sight::Parted& s) const {
    return fmt::format("contact of call {} no longer hears an agent", s.attempt);
  }
  std::string operator()(const sight::Judged& s) const {
    return fmt::format("analysis of call {} says {}", s.attempt, static_cast<int>(s.verdict));
  }
  static std::string_view name(dialer::effect::Message which) {
    constexpr std::string_view kNames[] = {"message", "message for machines", "answer for assistants"};
    return kNames[static_cast<std::size_t>(which)];
  }
  std::string operator()(const sight::MessageBegan& s) const {
    return fmt::format("contact of call {} hears the {}", s.attempt, name(s.which));
  }
  std::string operator()(const sight::MessageEnded& s) const {
    return fmt::format("contact of call {} has heard the {}", s.attempt, name(s.which));
  }
  std::string operator()(const sight::MusicBegan& s) const {
    return fmt::format("contact of call {} hears music", s.attempt);
  }
  std::string operator()(const sight::Screen& s) const {
    return fmt::format("screen of agent {}: {} {}", s.agent, s.state, s.attempt);
  }
  std::string operator()(const sight::AgentDid& s) const {
    constexpr std::array<std::string_view, 9> kActs{
        "goes idle",      "signs out",    "signs in", "loses the network",
        "is back",        "is available", "picks up", "puts the phone on hold",
        "loses the phone"};
    return fmt::format("agent {} {}", s.agent, kActs.at(static_cast<std::size_t>(s.act)));
  }
  std::string operator()(const sight::LegCalled& s) const {
    return fmt::format("phone of agent {} is called", s.agent);
  }
  std::string operator()(const sight::LegEnded& s) const {
    return fmt::format("phone of agent {} is hung up", s.agent);
  }
  std::string operator()(const sight::Pressed& s) const {
    return fmt::format("agent {} pressed a button: {}", s.agent, s.accepted ? "accepted" : s.reason);
  }
  std::string operator()(const sight::CodeAcknowledged& s) const {
    return fmt::format("code {} of call {} is acknowledged", s.code, s.attempt);
  }
  std::string operator()(const sight::Intended& s) const {
    return fmt::format("intent of call {}: contact {} for agent {}", s.intent.attempt, s.intent.contact,
                       s.intent.agent);
  }
  std::string operator()(const sight::IntentDurable& s) const {
    return fmt::format("disk: intent of call {}", s.attempt);
  }
  std::string operator()(const sight::Concluded& s) const {
    return fmt::format("outcome of call {}: {} ({})", s.outcome.attempt, dialer::name(s.outcome.outcome),
                       s.outcome.reason);
  }
  std::string operator()(const sight::Rowed& s) const { return render(s.row); }
  std::string operator()(const sight::DncTold& s) const { return fmt::format("do not call {}", s.number); }
  std::string operator()(const sight::Listed& s) const {
    return fmt::format("contact {} is in the list of campaign {}", s.contact, s.campaign);
  }
  std::string operator()(const sight::CampaignTold& s) const {
    constexpr const char* kOrders[] = {"started", "paused", "stopped", "stopped at once"};
    return fmt::format("campaign {} is {}", s.campaign, kOrders[static_cast<int>(s.order)]);
  }
  std::string operator()(const sight::Died&) const { return "the process dies"; }
  std::string operator()(const sight::Born&) const { return "the process starts"; }
  std::string operator()(const sight::Froze&) const { return "the process stands still"; }
  std::string operator()(const sight::Thawed&) const { return "the process goes on"; }
  std::string operator()(const sight::WallStepped&) const { return "the wall clock steps"; }
};

}  // namespace

std::string render(const Sight& sight) { return std::visit(Renderer{}, sight); }

void Trace::hash_text(std::string_view text) {
  for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1099511628211u;
}

void Trace::add_line(std::string_view text, dialer::Now now) {
  if (keep_ == 0) return;
  lines_.push_back(fmt::format("{:12.6f} {} {}", static_cast<double>(base::micros(now.mono)) / 1e6,
                               base::to_iso(now.wall).substr(11, 12), text));
  if (lines_.size() > keep_) lines_.pop_front();
}

void Trace::add(const Sight& sight, dialer::Now now) {
  ++steps_;
  hash_ = (hash_ ^ static_cast<std::uint64_t>(base::micros(now.mono))) * 1099511628211u;
  const std::string text = render(sight);
  hash_text(text);
  add_line(text, now);
}

void Trace::note(std::string_view line, dialer::Now now) { add_line(line, now); }

}  // namespace ziptone::sim
