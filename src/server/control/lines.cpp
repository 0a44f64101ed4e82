// Effects of the core, done: calls, legs, sounds. What the network answers is in reports.cpp.
#include "server/control/lines.hpp"

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/check.hpp"
#include "base/pii.hpp"
#include "media/sdp.hpp"
#include "phone/number.hpp"
#include "server/control/facts.hpp"
#include "server/store/number_text.hpp"

namespace ziptone::control {

namespace effect = dialer::effect;
namespace event = dialer::event;

namespace {

constexpr const char* kShortZip = "zip_tone/short";
constexpr const char* kLongZip = "zip_tone/long";
// Kinds of a campaign's prompts, of which the product has none.
constexpr const char* kMachineMessage = "machine_message";
constexpr const char* kScreeningAnswer = "screening_answer";

}  // namespace

const std::string& Lines::caller_id(base::EntryPointId entry_point) const {
  static const std::string kNone;
  const auto at = caller_ids_.find(entry_point);
  return at == caller_ids_.end() ? kNone : at->second;
}

void Lines::set_campaign(base::CampaignId campaign, const CampaignSounds& sounds, const Samples& message) {
  Shape& shape = shapes_[campaign];
  shape.analysis = sounds.analysis;
  shape.keeps_clips = sounds.keeps_clips;
  shape.catch_up = sounds.catch_up;
  shape.review_share = sounds.review_share;
  shape.zip = sounds.zip_tone == config::ZipTone::one_beep    ? kShortZip
              : sounds.zip_tone == config::ZipTone::long_beep ? kLongZip
                                                              : "";
  shape.prompt.clear();
  if (message.empty()) return;
  shape.prompt = fmt::format("message/{}", campaign);
  plane_.load_prompt(shape.prompt, message);
}

void Lines::set_prompt(base::CampaignId campaign, const std::string& what, const std::string& prompt) {
  shapes_[campaign].own[what] = prompt;
}

std::string Lines::own_prompt(base::CampaignId campaign, const std::string& what) const {
  const auto shape = shapes_.find(campaign);
  if (shape == shapes_.end()) return {};
  const auto own = shape->second.own.find(what);
  return own == shape->second.own.end() ? std::string{} : own->second;
}

std::string Lines::own_message(base::CampaignId campaign, const std::string& kind,
                               const std::string& language) const {
  for (const std::string& one : {language, std::string{"any"}, std::string{"en"}, std::string{"tr"}})
    if (std::string prompt = own_prompt(campaign, fmt::format("{}/{}", kind, one)); !prompt.empty())
      return prompt;
  return {};
}

dialer::Campaign Lines::with_sounds(dialer::Campaign rules) const {
  rules.machine_message = !own_message(rules.id, kMachineMessage, "any").empty();
  rules.screening_answer = !own_message(rules.id, kScreeningAnswer, "any").empty();
  if (const auto shape = shapes_.find(rules.id); shape != shapes_.end())
    rules.greeting_max = base::milliseconds{shape->second.analysis.terminating_tone_ms};
  return rules;
}

std::string Lines::hold_music(base::AttemptId attempt) const {
  const auto line = calls_.find(attempt);
  return line == calls_.end() ? std::string{} : own_prompt(line->second.intent.campaign, "hold_music/any");
}

std::string Lines::zip_tone(base::AttemptId attempt) const {
  const auto line = calls_.find(attempt);
  if (line == calls_.end()) return {};
  const auto shape = shapes_.find(line->second.intent.campaign);
  return shape == shapes_.end() ? std::string{} : shape->second.zip;
}

std::vector<dialer::Event> Lines::take_events() { return std::exchange(events_, {}); }

Lines::CallLine* Lines::call(base::AttemptId attempt) {
  const auto at = calls_.find(attempt);
  return at == calls_.end() ? nullptr : &at->second;
}
Lines::PhoneLine* Lines::phone(base::AgentId agent) {
  const auto at = phones_.find(agent);
  return at == phones_.end() ? nullptr : &at->second;
}
base::AttemptId Lines::attempt_of(mediaplane::LegId leg) const {
  const auto at = attempt_of_leg_.find(leg);
  return at == attempt_of_leg_.end() ? base::AttemptId{} : at->second;
}
base::AgentId Lines::agent_of(mediaplane::LegId leg) const {
  const auto at = agent_of_leg_.find(leg);
  return at == agent_of_leg_.end() ? base::AgentId{} : at->second;
}

// A full mailbox of the sip thread or of a media worker: dialing pauses until control sees room again.
void Lines::took(bool taken) {
  if (!taken) hold_back(true);
}
void Lines::post(signalling::Command command) { took(signalling_.post(std::move(command))); }

void Lines::hold_back(bool back) {
  if (back == held_back_) return;
  held_back_ = back;
  if (back)
    spdlog::warn("dialing is held back, calls go on: the process is too busy, or stopping");
  else
    spdlog::warn("dialing goes on");
  for (const auto& [trunk, view] : trunks_) {
    if (!view.up) continue;
    if (back)
      events_.push_back(event::TrunkDown{trunk});
    else
      events_.push_back(event::TrunkUp{trunk});
  }
}

void Lines::committed(const effect::CommitAttempt& intent) { calls_[intent.attempt].intent = intent; }

void Lines::ended(const effect::SaveOutcome& outcome) {
  CallLine* line = call(outcome.attempt);
  // One that was placed is forgotten when the network has said its last word.
  if (line && !line->placed) forget(outcome.attempt);
}

void Lines::forget(base::AttemptId attempt) {
  const auto at = calls_.find(attempt);
  if (at == calls_.end()) return;
  if (at->second.leg != 0) {
    took(plane_.close(at->second.leg));
    attempt_of_leg_.erase(at->second.leg);
  }
  if (at->second.saved) store_.end_dialog({attempt, {}, 0});
  if (at->second.evidence) keep_evidence(at->second);
  calls_.erase(at);
}

// Forgotten at once: the core may call the phone again in the same step.
void Lines::end_phone(base::AgentId agent) {
  if (!phone(agent)) return;
  post(signalling::HangUpPhone{agent});
  forget_phone(agent);
}

void Lines::forget_phone(base::AgentId agent) {
  const auto at = phones_.find(agent);
  if (at == phones_.end()) return;
  if (at->second.leg != 0) {
    took(plane_.close(at->second.leg));
    agent_of_leg_.erase(at->second.leg);
  }
  store_.end_dialog({{}, agent, at->second.number});
  phones_.erase(at);
}

bool Lines::open_leg(mediaplane::LegId& leg, media::LocalMedia& local, mediaplane::LegKind kind,
                     std::optional<mediaplane::LegId> beside) {
  const mediaplane::LegId id = next_leg_++;
  const auto address = plane_.open(id, kind, beside);
  if (!address) {
    spdlog::error("no media leg: {}", base::to_string(address.error()));
    return false;
  }
  leg = id;
  local.ip = address->ip;
  local.port = address->port;
  local.session_id = id;
  return true;
}

void Lines::failed_here(base::AttemptId attempt, const char* text) {
  dialer::SipFacts facts;
  facts.local = dialer::SipFacts::Local::transport;
  facts.text = text;
  events_.push_back(event::Rejected{attempt, facts});
}

void Lines::place(const effect::PlaceCall& placing) {
  CallLine* line = call(placing.attempt);
  VERIFY(line != nullptr);  // PlaceCall follows the CommitAttempt of the same process
  std::optional<mediaplane::LegId> beside;
  if (const auto agent = agent_leg(line->intent.agent); agent != 0) beside = agent;
  if (!open_leg(line->leg, line->local, mediaplane::LegKind::trunk, beside))
    return failed_here(placing.attempt, "no media port");
  attempt_of_leg_[line->leg] = placing.attempt;
  const std::string number = store::number_text(placing.number);
  line->country = phone::country_of(phone::Number{placing.number}).text();
  spdlog::info("attempt {} calls {} over trunk {}", placing.attempt, base::masked(number), placing.trunk);
  line->placed = true;
  if (!signalling_.post(signalling::Invite{placing.attempt, placing.trunk, number,
                                           caller_id(placing.entry_point), media::make_offer(line->local)})) {
    line->placed = false;
    hold_back(true);
    failed_here(placing.attempt, "the sip thread's mailbox is full");
  }
}

void Lines::call_agent(base::AgentId agent, base::Now now) {
  if (leg_modes_[agent] == dialer::LegMode::webrtc) return call_browser(agent);
  if (phone(agent)) return;  // on its way already
  PhoneLine& line = phones_[agent];
  if (!open_leg(line.leg, line.local, mediaplane::LegKind::phone, {})) {
    phones_.erase(agent);
    events_.push_back(event::LegDown{agent});
    return;
  }
  agent_of_leg_[line.leg] = agent;
  // Never used before, also not before a crash: the wall clock numbers the legs.
  line.number = static_cast<std::uint64_t>(base::micros(now.wall));
  signalling::CallPhone command{agent, line.number, media::make_offer(line.local)};
  store_.begin_leg(
      agent, line.number, [this, command = std::move(command), now](const base::Result<>& saved) {
        if (saved && signalling_.post(command)) return;
        // Not recorded, a crash would leave the phone up; not taken, nobody would ever answer.
        signalling::SipFacts facts;
        facts.fault = signalling::LocalFault::refused;
        facts.phrase = saved ? "the sip thread's mailbox is full" : "the store has failed";
        mailbox_.report(signalling::Report{now, signalling::PhoneDown{command.agent, command.leg, facts}});
      });
}

void Lines::start_analysis(const effect::StartAnalysis& starting, base::Instant now) {
  CallLine* line = call(starting.attempt);
  if (!line || line->leg == 0) return;
  line->greeting_over = false;
  const Shape& shape = shapes_[starting.campaign];
  analysis::Parameters parameters = shape.analysis;
  parameters.on = true;
  parameters.phase = line->answered ? analysis::Phase::answered : analysis::Phase::early_media;
  if (line->country.size() == 2) parameters.country = {line->country[0], line->country[1]};
  // Again, it listens to somebody else: the person behind a screening assistant.
  const bool first = !line->evidence;
  if (first)
    line->evidence.emplace();
  else
    line->evidence->again(now);
  const bool clip = first && shape.keeps_clips && clips_ != nullptr;
  if (clip) clips_of_[line->leg] = {starting.attempt, starting.campaign};
  took(plane_.analyse(line->leg, parameters, {.clip = clip, .catch_up = shape.catch_up}));
}

void Lines::play_message(const effect::PlayMessage& playing) {
  CallLine* line = call(playing.attempt);
  if (!line || line->leg == 0) return;
  const std::string language = line->country == "TR" ? "tr" : "en";
  std::string prompt;
  switch (playing.which) {
    case effect::Message::safe_harbour:
      prompt = own_prompt(playing.campaign, "safe_harbour/" + language);
      if (prompt.empty()) prompt = shapes_[playing.campaign].prompt;
      if (prompt.empty()) prompt = "safe_harbour_" + language;
      break;
    case effect::Message::machine:
      prompt = own_message(playing.campaign, kMachineMessage, language);
      break;
    case effect::Message::screening:
      prompt = own_message(playing.campaign, kScreeningAnswer, language);
      break;
  }
  // Taken back while the call was under way: nothing is said to have been heard, the core's limits end the
  // call.
  if (prompt.empty()) return spdlog::warn("attempt {}: its message is gone", playing.attempt);
  line->playing_message = true;
  took(plane_.play(line->leg, mediaplane::Prompt{prompt}, mediaplane::Repeat::once));
}

void Lines::stop_message(const effect::StopMessage& stopping) {
  CallLine* line = call(stopping.attempt);
  if (!line || !std::exchange(line->playing_message, false)) return;
  took(plane_.stop_play(line->leg));
}

void Lines::merge(const effect::Merge& merging) {
  CallLine* line = call(merging.attempt);
  if (!line) return;
  line->listens_on = merging.listen;
  took(plane_.bridge(line->leg, agent_leg(merging.agent),
                     {merging.zip_tone, zip_tone(merging.attempt), shapes_[line->intent.campaign].catch_up}));
}

void Lines::carry_out(const dialer::Effect& anything, base::Now now) {
  const auto leg_of = [this](base::AttemptId attempt) {
    const CallLine* line = call(attempt);
    return line ? line->leg : 0;
  };
  const auto act = [&]<class E>(const E& e) {
    if constexpr (std::is_same_v<E, effect::PlaceCall>) {
      place(e);
    } else if constexpr (std::is_same_v<E, effect::CancelCall>) {
      post(signalling::Cancel{e.attempt});
    } else if constexpr (std::is_same_v<E, effect::EndCall>) {
      post(signalling::Bye{e.attempt});
    } else if constexpr (std::is_same_v<E, effect::CallAgent>) {
      call_agent(e.agent, now);
    } else if constexpr (std::is_same_v<E, effect::EndLeg>) {
      end_phone(e.agent);
      end_browser(e.agent);
    } else if constexpr (std::is_same_v<E, effect::StartAnalysis>) {
      start_analysis(e, now.mono);
    } else if constexpr (std::is_same_v<E, effect::StopAnalysis>) {
      took(plane_.stop_analysis(leg_of(e.attempt)));
    } else if constexpr (std::is_same_v<E, effect::Merge>) {
      merge(e);
    } else if constexpr (std::is_same_v<E, effect::Split>) {
      took(plane_.unbridge(agent_leg(e.agent)));
    } else if constexpr (std::is_same_v<E, effect::HoldCall>) {
      took(plane_.hold(leg_of(e.attempt), {hold_music(e.attempt)}));
    } else if constexpr (std::is_same_v<E, effect::ResumeCall>) {
      took(plane_.resume(leg_of(e.attempt)));
    } else if constexpr (std::is_same_v<E, effect::SendDigits>) {
      took(plane_.send_dtmf(leg_of(e.attempt), e.digits));
    } else if constexpr (std::is_same_v<E, effect::RemindOfHold>) {
      took(plane_.play(agent_leg(e.agent), mediaplane::Tones{media::default_zip_tone()},
                       mediaplane::Repeat::once));
    } else if constexpr (std::is_same_v<E, effect::PlayRingback>) {
      const std::string country = {static_cast<char>(e.country >> 8), static_cast<char>(e.country & 0xFF)};
      took(plane_.play(agent_leg(e.agent), mediaplane::Ringback{country}, mediaplane::Repeat::loop));
    } else if constexpr (std::is_same_v<E, effect::StopRingback>) {
      took(plane_.stop_play(agent_leg(e.agent)));
    } else if constexpr (std::is_same_v<E, effect::PlayHoldMusic>) {
      took(plane_.play(leg_of(e.attempt), mediaplane::HoldMusic{hold_music(e.attempt)},
                       mediaplane::Repeat::loop));
    } else if constexpr (std::is_same_v<E, effect::PlayMessage>) {
      play_message(e);
    } else if constexpr (std::is_same_v<E, effect::StopMessage>) {
      stop_message(e);
    }
  };
  std::visit(act, anything);
}

void Lines::recover(const std::vector<store::OpenDialog>& dialogs) {
  signalling::RecoverDialogs command;
  for (const store::OpenDialog& open : dialogs) {
    signalling::StoredDialog stored{open.key.attempt, open.key.agent, open.key.leg, open.trunk,
                                    open.to,          open.caller_id, std::nullopt};
    if (open.facts) stored.dialog = to_signalling(*open.facts);
    if (open.key.agent) recovering_legs_[open.key.agent] = open.key.leg;
    command.dialogs.push_back(std::move(stored));
  }
  if (command.dialogs.empty()) return;
  spdlog::warn("{} calls were up when the last process died: they are ended now", command.dialogs.size());
  post(std::move(command));
}

void Lines::end_all() {
  for (auto& [attempt, line] : calls_)
    if (line.placed) post(signalling::Bye{attempt});
  for (auto& [agent, line] : phones_) post(signalling::HangUpPhone{agent});
  while (!browsers_.empty()) close_browser(browsers_.begin()->first);
}

}  // namespace ziptone::control
