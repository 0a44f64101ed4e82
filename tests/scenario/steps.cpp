#include "steps.hpp"

#include <utility>

namespace ziptone::scenario {
namespace {

namespace event = dialer::event;
using dialer::SipFacts;

// ---- time and disk
// at [DAY] TIME
void at(World& world, Words& line) {
  const base::WallTime until = world.wall_of(line.line(), line.moment());
  line.end();
  world.wait_until(line.line(), world.now().mono + (until - world.now().wall));
}
// after LENGTH
void after(World& world, Words& line) {
  const Duration by = line.duration("how long");
  line.end();
  world.wait_until(line.line(), world.now().mono + by);
}
// freeze LENGTH
void freeze(World& world, Words& line) {
  const Duration by = line.duration("how long");
  line.end();
  world.freeze(by);
}
// wake: the process looks at the clock
void wake(World& world, Words& line) {
  line.end();
  world.tell(line.line(), event::TimePassed{});
}
// clock ahead | back LENGTH
void clock(World& world, Words& line) {
  static constexpr std::pair<std::string_view, int> kWays[] = {{"ahead", 1}, {"back", -1}};
  const int way = choose(line, "way", kWays);
  world.step_clock(way * line.duration("how far"));
  line.end();
}
// committed [CONTACT]
void committed(World& world, Words& line) {
  const base::ContactId only = line.done() ? base::ContactId{} : world.setting.contact_names.take(line);
  line.end();
  if (world.commit(line.line(), only) == 0) line.refuse("no intent waits for the disk");
}
// store failed
void store(World& world, Words& line) {
  line.require("failed");
  line.end();
  world.tell(line.line(), event::StoreFailed{});
}

// ---- agents
// agent NAME wraps-up CODE [callback [DAY] TIME [for AGENT]]
void wrap_up(World& world, Words& line, base::AgentId agent) {
  event::WrappedUp said{agent, {}, {}, {}, {}, 0};
  if (!line.take_if("without-code")) said.code = world.setting.code_names.take(line);
  if (line.take_if("of")) {
    said.attempt = world.call_of(line.line(), world.setting.contact_names.take(line));
  } else {
    for (const auto& view : world.dialer.agents()) {
      if (view.agent == agent) said.attempt = view.attempt;
    }
  }
  if (line.take_if("callback")) {
    said.callback_at = world.wall_of(line.line(), line.moment());
    if (line.take_if("for")) said.callback_agent = world.setting.agent_names.take(line);
  }
  line.end();
  world.ask(line.line(), said);
}

template <class Command>
void command(World& world, Words& line, base::AgentId agent) {
  line.end();
  Command said{};
  said.agent = agent;
  world.ask(line.line(), said);
}
template <class Event>
void happen(World& world, Words& line, base::AgentId agent) {
  line.end();
  world.tell(line.line(), Event{agent});
}
void extend(World& world, Words& line, base::AgentId agent) {
  const Duration by = line.duration("how long");
  line.end();
  world.ask(line.line(), event::WrapUpExtended{agent, by, 0});
}

// agent NAME accepts-machine [of CONTACT]
void accept_machine(World& world, Words& line, base::AgentId agent) {
  event::MachineAccepted said{agent, {}, 0};
  if (line.take_if("of")) said.attempt = world.call_of(line.line(), world.setting.contact_names.take(line));
  line.end();
  world.ask(line.line(), said);
}

template <class Event>
void part(World& world, Words& line, base::AgentId agent) {
  const base::CampaignId campaign = world.setting.campaign_names.take(line);
  line.end();
  world.ask(line.line(), Event{agent, campaign, 0});
}

using ByAgent = void (*)(World&, Words&, base::AgentId);
void agent(World& world, Words& line) {
  const base::AgentId who = world.setting.agent_names.take(line);
  static constexpr std::pair<std::string_view, ByAgent> kVerbs[] = {
      {"available", command<event::AgentWentAvailable>},
      {"idle", command<event::AgentWentIdle>},
      {"signs-in", command<event::AgentSignedIn>},
      {"signs-out", command<event::AgentSignedOut>},
      {"end", command<event::EndPressed>},
      {"hold", command<event::HoldPressed>},
      {"resume", command<event::ResumePressed>},
      {"wraps-up", wrap_up},
      {"extends", extend},
      {"accepts-machine", accept_machine},
      {"joins", part<event::AgentJoined>},
      {"leaves", part<event::AgentLeft>},
      {"disconnected", happen<event::AgentDisconnected>},
      {"reconnected", happen<event::AgentReconnected>}};
  choose(line, "act of an agent", kVerbs)(world, line, who);
}
void phone(World& world, Words& line) {
  const base::AgentId who = world.setting.agent_names.take(line);
  static constexpr std::pair<std::string_view, ByAgent> kVerbs[] = {{"up", happen<event::LegUp>},
                                                                    {"down", happen<event::LegDown>},
                                                                    {"held", happen<event::LegHeld>},
                                                                    {"resumed", happen<event::LegResumed>}};
  choose(line, "news of an agent's phone", kVerbs)(world, line, who);
}

// ---- calls
// ringing [CODE] [early-media]
void ringing(World& world, Words& line, base::AttemptId call) {
  event::Progressed progressed{call, 180, false};
  if (line.take_if("183")) progressed.code = 183;
  progressed.early_media = line.take_if("early-media");
  line.end();
  world.tell(line.line(), progressed);
}

// [CODE] [cause N] [retry-after LENGTH] [blocked] | no-reply | transport-error | no-media
SipFacts facts_of(Words& line) {
  SipFacts facts;
  while (!line.done()) {
    if (line.take_if("cause")) {
      facts.q850 = static_cast<std::uint8_t>(line.number("a Q.850 cause"));
    } else if (line.take_if("retry-after")) {
      facts.retry_after = line.duration("Retry-After");
    } else if (line.take_if("blocked")) {
      facts.network_blocked = true;
    } else if (line.take_if("no-reply")) {
      facts.local = SipFacts::Local::timeout;
    } else if (line.take_if("transport-error")) {
      facts.local = SipFacts::Local::transport;
    } else if (line.take_if("no-media")) {
      facts.local = SipFacts::Local::media;
    } else {
      facts.code = static_cast<std::uint16_t>(line.number("a SIP code"));
    }
  }
  return facts;
}
void rejected(World& world, Words& line, base::AttemptId call) {
  if (line.done()) line.refuse("a rejection has its code, no-reply, transport-error or no-media");
  world.tell(line.line(), event::Rejected{call, facts_of(line)});
}
void hangs_up(World& world, Words& line, base::AttemptId call) {
  world.tell(line.line(), event::HungUp{call, facts_of(line)});
}

void verdict(World& world, Words& line, base::AttemptId call) {
  using event::Verdict;
  static constexpr std::pair<std::string_view, Verdict> kVerdicts[] = {
      {"person", Verdict::person},
      {"unsure", Verdict::unsure},
      {"machine", Verdict::machine},
      {"fax", Verdict::fax},
      {"busy", Verdict::busy},
      {"reorder", Verdict::reorder},
      {"sit", Verdict::sit},
      {"ringback", Verdict::ringback},
      {"music", Verdict::music},
      {"silence", Verdict::silence},
      {"screening", Verdict::screening},
      {"announcement", Verdict::announcement}};
  const Verdict reached = choose(line, "verdict", kVerdicts);
  line.end();
  world.tell(line.line(), event::VerdictReached{call, reached});
}
void presses(World& world, Words& line, base::AttemptId call) {
  const std::string& digit = line.take("a key");
  if (digit.size() != 1) line.refuse("a key is one sign");
  line.end();
  world.tell(line.line(), event::DigitPressed{call, digit[0]});
}
template <class Event>
void happen_to(World& world, Words& line, base::AttemptId call) {
  line.end();
  world.tell(line.line(), Event{call});
}

using ToCall = void (*)(World&, Words&, base::AttemptId);
void call(World& world, Words& line) {
  const base::AttemptId id = world.call_of(line.line(), world.setting.contact_names.take(line));
  static constexpr std::pair<std::string_view, ToCall> kVerbs[] = {
      {"ringing", ringing},
      {"answered", happen_to<event::Answered>},
      {"rejected", rejected},
      {"hangs-up", hangs_up},
      {"speaks", happen_to<event::SpeechStarted>},
      {"pauses", happen_to<event::SpeechEnded>},
      {"verdict", verdict},
      {"greeting-ended", happen_to<event::GreetingEnded>},
      {"bridged", happen_to<event::Bridged>},
      {"message-played", happen_to<event::MessagePlayed>},
      {"presses", presses}};
  choose(line, "event of a call", kVerbs)(world, line, id);
}

// ---- trunks, campaigns, do-not-call
void trunk(World& world, Words& line) {
  const base::TrunkId id = world.setting.trunk_names.take(line);
  static constexpr std::pair<std::string_view, bool> kNews[] = {{"up", true}, {"down", false}};
  const bool up = choose(line, "news of a trunk", kNews);
  line.end();
  if (up) return world.tell(line.line(), event::TrunkUp{id});
  world.tell(line.line(), event::TrunkDown{id});
}

template <class Command>
void ask(World& world, int line, base::CampaignId campaign) {
  world.ask(line, Command{campaign, 0});
}
void campaign(World& world, Words& line) {
  const base::CampaignId id = world.setting.campaign_names.take(line);
  using Ask = void (*)(World&, int, base::CampaignId);
  static constexpr std::pair<std::string_view, Ask> kVerbs[] = {
      {"starts", ask<event::CampaignStarted>},
      {"pauses", ask<event::CampaignPaused>},
      {"stops", ask<event::CampaignStopped>},
      {"emergency-stop", ask<event::EmergencyStopped>}};
  const Ask verb = choose(line, "act on a campaign", kVerbs);
  line.end();
  verb(world, line.line(), id);
}

// do-not-call NUMBER added | removed
void do_not_call(World& world, Words& line) {
  const dialer::NumberKey number = number_key(line, line.take("a number"));
  static constexpr std::pair<std::string_view, bool> kWords[] = {{"added", true}, {"removed", false}};
  const bool added = choose(line, "change of do-not-call", kWords);
  line.end();
  if (added) return world.tell(line.line(), event::DncAdded{number});
  world.tell(line.line(), event::DncRemoved{number});
}

using Step = void (*)(World&, Words&);
constexpr std::pair<std::string_view, Step> kSteps[] = {{"at", at},
                                                        {"after", after},
                                                        {"freeze", freeze},
                                                        {"wake", wake},
                                                        {"clock", clock},
                                                        {"store", store},
                                                        {"agent", agent},
                                                        {"committed", committed},
                                                        {"phone", phone},
                                                        {"call", call},
                                                        {"trunk", trunk},
                                                        {"do-not-call", do_not_call},
                                                        {"campaign", campaign}};

}  // namespace

bool is_step_word(std::string_view word) {
  for (const auto& [name, step] : kSteps) {
    if (name == word) return true;
  }
  return false;
}

void play(World& world, Words& line) { choose(line, "step", kSteps)(world, line); }

}  // namespace ziptone::scenario
