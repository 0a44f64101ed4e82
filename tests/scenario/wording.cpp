#include "wording.hpp"

#include <cctype>

#include <fmt/format.h>

#include "phone/number.hpp"

namespace ziptone::scenario {
namespace {

namespace effect = dialer::effect;
using Lines = std::vector<std::string>;

constexpr std::string_view kWords =
    "intent outcome wrap-up contact do-not-call promise campaign invite cancel bye call-phone drop-phone "
    "analyse "
    "stop-analysis merge zip-tone split hold resume digits remind ringback stop-ringback hold-music message "
    "machine-message screening-answer stop-message refused";

struct Teller {
  const World& world;

  std::string contact(base::AttemptId attempt) const { return world.contact_of(attempt); }
  std::string agent(base::AgentId id) const { return world.setting.agent_names.name(id); }
  std::string trunk(base::TrunkId id) const { return world.setting.trunk_names.name(id); }
  std::string code(base::CodeId id) const { return id ? world.setting.code_names.name(id) : "none"; }

  // ---- store
  Lines operator()(const effect::CommitAttempt& e) const {
    return {fmt::format("intent {} {} for {} via {}{}", contact(e.attempt), e164(e.number), agent(e.agent),
                        trunk(e.trunk), e.follows ? " again" : "")};
  }
  Lines operator()(const effect::SaveOutcome& e) const {
    return {fmt::format("outcome {} {} by {} {}{}{}", contact(e.attempt), name(e.outcome), name(e.fault),
                        e.reason, e.agent ? " with " + agent(e.agent) : "",
                        e.message_left ? " and-a-message" : "")};
  }
  Lines operator()(const effect::SaveWrapUp& e) const {
    const std::string_view how = e.by_timer ? " timer" : e.correction ? " correction" : "";
    return {fmt::format("wrap-up {} {} by {}{}", contact(e.attempt), code(e.code),
                        e.agent ? agent(e.agent) : "system", how)};
  }
  Lines operator()(const effect::SaveContact& e) const {
    using Phase = dialer::event::ContactPhase;
    const std::string who = "contact " + world.setting.contact_names.name(e.contact) + " ";
    const std::string next = fmt::format("number {} attempts {}", e.number + 1, e.attempts);
    const std::string owner = e.callback_agent ? " for " + agent(e.callback_agent) : "";
    switch (e.phase) {
      case Phase::ready:
        return {who + "ready " + next};
      case Phase::retry_at:
        return {who + "retry-at " + world.text_of(e.next_at) + " " + next};
      case Phase::callback_at:
        return {who + "callback-at " + world.text_of(e.next_at) + owner};
      case Phase::done:
        return {who + "done"};
      case Phase::exhausted:
        return {who + "exhausted"};
      case Phase::suppressed:
        return {who + "suppressed " + std::string(e.reason)};
    }
    return {};
  }
  Lines operator()(const effect::SaveDnc& e) const {
    return {fmt::format("do-not-call {} from {}", e164(e.number), e.source)};
  }
  Lines operator()(const effect::SaveCallback& e) const {
    return {"promise " + contact(e.attempt) + " " +
            (e.at == base::WallTime{} ? "none" : world.text_of(e.at))};
  }
  Lines operator()(const effect::SaveCampaign& e) const {
    return {"campaign " + world.setting.campaign_names.name(e.campaign) + " " + kebab(e.state)};
  }
  Lines operator()(const effect::AppendRow&) const { return {}; }

  // ---- signalling
  Lines operator()(const effect::PlaceCall& e) const {
    return {fmt::format("invite {} {} via {}", contact(e.attempt), e164(e.number), trunk(e.trunk))};
  }
  Lines operator()(const effect::CancelCall& e) const { return {"cancel " + contact(e.attempt)}; }
  Lines operator()(const effect::EndCall& e) const { return {"bye " + contact(e.attempt)}; }
  Lines operator()(const effect::CallAgent& e) const { return {"call-phone " + agent(e.agent)}; }
  Lines operator()(const effect::EndLeg& e) const { return {"drop-phone " + agent(e.agent)}; }

  // ---- media and analysis
  Lines operator()(const effect::StartAnalysis& e) const { return {"analyse " + contact(e.attempt)}; }
  Lines operator()(const effect::StopAnalysis& e) const { return {"stop-analysis " + contact(e.attempt)}; }
  Lines operator()(const effect::Merge& e) const {
    Lines lines = {"merge " + contact(e.attempt) + " with " + agent(e.agent)};
    if (e.zip_tone) lines.push_back("zip-tone to " + agent(e.agent));
    return lines;
  }
  Lines operator()(const effect::Split& e) const {
    return {"split " + contact(e.attempt) + " from " + agent(e.agent)};
  }
  Lines operator()(const effect::HoldCall& e) const {
    return {"hold " + contact(e.attempt) + " by " + agent(e.agent)};
  }
  Lines operator()(const effect::ResumeCall& e) const {
    return {"resume " + contact(e.attempt) + " with " + agent(e.agent)};
  }
  Lines operator()(const effect::SendDigits& e) const {
    return {"digits " + e.digits + " to " + contact(e.attempt)};
  }
  Lines operator()(const effect::RemindOfHold& e) const {
    return {"remind " + agent(e.agent) + " of " + contact(e.attempt)};
  }
  Lines operator()(const effect::PlayRingback& e) const {
    const std::string country = {static_cast<char>(e.country / 256), static_cast<char>(e.country % 256)};
    return {"ringback to " + agent(e.agent) + " like " + (e.country == 0 ? "nowhere" : country)};
  }
  Lines operator()(const effect::StopRingback& e) const { return {"stop-ringback to " + agent(e.agent)}; }
  Lines operator()(const effect::PlayHoldMusic& e) const { return {"hold-music to " + contact(e.attempt)}; }
  Lines operator()(const effect::PlayMessage& e) const {
    constexpr std::string_view kMessages[] = {"message to ", "machine-message to ", "screening-answer to "};
    return {std::string(kMessages[static_cast<std::size_t>(e.which)]) + contact(e.attempt)};
  }
  Lines operator()(const effect::StopMessage& e) const { return {"stop-message to " + contact(e.attempt)}; }

  // ---- answers to people
  Lines operator()(const effect::Accepted&) const { return {}; }
  Lines operator()(const effect::Refused& e) const { return {"refused " + std::string(e.reason)}; }
};

}  // namespace

std::vector<std::string> wording(const World& world, const dialer::Effect& effect) {
  return std::visit(Teller{world}, effect);
}

bool is_effect_word(std::string_view word) {
  for (const std::string& known : split(kWords, ' ')) {
    if (known == word) return true;
  }
  return false;
}
std::string_view effect_words() { return kWords; }

std::string kebab(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool capital = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (capital && !text.empty()) text += '-';
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

std::string e164(dialer::NumberKey number) { return phone::to_e164(phone::Number{number}); }

}  // namespace ziptone::scenario
