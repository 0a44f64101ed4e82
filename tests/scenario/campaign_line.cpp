// The rules of a campaign, as `key value` pairs on one line or on several.
#include "setting.hpp"

namespace ziptone::scenario {
namespace {

using dialer::Campaign;
using dialer::RetryRule;

std::uint8_t small(Words& line, std::string_view what) {
  const std::uint64_t value = line.number(what);
  if (value == 0 || value > 255) line.refuse(std::string(what) + " is 1 to 255");
  return static_cast<std::uint8_t>(value);
}

bool on_or_off(Words& line) {
  static constexpr std::pair<std::string_view, bool> kWords[] = {{"on", true}, {"off", false}};
  return choose(line, "switch", kWords);
}

// "mon-fri", "mon,wed" or "sat".
std::optional<std::uint8_t> days_of(std::string_view word) {
  std::uint8_t days = 0;
  for (const std::string& part : split(word, ',')) {
    const std::vector<std::string> ends = split(part, '-');
    const auto from = weekday_of(ends.front());
    const auto to = weekday_of(ends.back());
    if (!from || !to || *from > *to || ends.size() > 2) return std::nullopt;
    for (int day = *from; day <= *to; ++day) days = static_cast<std::uint8_t>(days | 1U << day);
  }
  return days;
}

// hours [DAYS] 09:00-18:00
void read_hours(CampaignSetting& in, Words& line) {
  dialer::Window window;
  std::string word = line.take("hours");
  if (const auto days = days_of(word)) {
    window.days = *days;
    word = line.take("hours");
  }
  const std::vector<std::string> ends = split(word, '-');
  const auto open = time_of_day(ends.front());
  const auto close = time_of_day(ends.back());
  if (ends.size() != 2 || !open || !close) line.refuse("'" + word + "' is not like 09:00-18:00");
  window.open_minute = static_cast<std::uint16_t>(*open / base::minutes{1});
  window.close_minute = static_cast<std::uint16_t>(*close / base::minutes{1});
  if (!in.own_hours) in.config.windows.clear();
  in.own_hours = true;
  in.config.windows.push_back(window);
}

// retry OUTCOME close | same DELAY TIMES | next DELAY TIMES
void read_retry(Campaign& in, Words& line) {
  static constexpr std::pair<std::string_view, RetryRule::Then> kThen[] = {
      {"close", RetryRule::Then::close},
      {"same", RetryRule::Then::same_number},
      {"next", RetryRule::Then::next_number}};
  RetryRule& rule = in.retry[static_cast<std::size_t>(outcome_of(line))];
  rule.then = choose(line, "retry rule", kThen);
  if (rule.then == RetryRule::Then::close) return;
  rule.delay = line.duration("the delay");
  rule.attempts_max = small(line, "how many times");
}

bool read_dialing(CampaignSetting& campaign, const std::string& key, Words& line) {
  static constexpr std::pair<std::string_view, dialer::ConnectionMode> kModes[] = {
      {"silent", dialer::ConnectionMode::silent}, {"classic", dialer::ConnectionMode::classic}};
  static constexpr std::pair<std::string_view, bool> kClocks[] = {{"speech", false}, {"answer", true}};
  static constexpr std::pair<std::string_view, dialer::MachineTreatment> kMachine[] = {
      {"hang-up", dialer::MachineTreatment::hang_up},
      {"next-number", dialer::MachineTreatment::next_number},
      {"connect", dialer::MachineTreatment::connect},
      {"leave-message", dialer::MachineTreatment::leave_message}};
  Campaign& in = campaign.config;
  if (key == "mode") return in.mode = choose(line, "connection mode", kModes), true;
  if (key == "analysis") return in.analysis = on_or_off(line), true;
  if (key == "clock") return in.decide_from_answer = choose(line, "clock", kClocks), true;
  if (key == "maximum") return in.maximum_analysis = line.duration("the maximum analysis"), true;
  if (key == "machine") return in.machine = choose(line, "treatment of machines", kMachine), true;
  if (key == "machine-message") return in.machine_message = true, true;
  if (key == "screening-answer") return in.screening_answer = true, true;
  if (key == "greeting-max") return in.greeting_max = line.duration("the longest greeting"), true;
  if (key == "review") return in.review_share = small(line, key), true;
  if (key == "ring-min") return in.ring_min = line.duration("the minimum ring time"), true;
  if (key == "ring-max") return in.ring_max = line.duration("the ring time"), true;
  if (key == "setup-max") return in.setup_max = line.duration("the set-up time"), true;
  if (key == "hours") return read_hours(campaign, line), true;
  if (key == "pause") return in.pause = line.duration("the pause"), true;
  if (key == "by-hand") return in.join_by_hand = true, true;
  if (key == "draft") return campaign.draft = true, true;
  return false;
}

bool read_afterwards(Campaign& in, const std::string& key, const Setting& setting, Words& line) {
  if (key == "per-contact") return in.caps.per_contact = small(line, key), true;
  if (key == "per-number") return in.caps.per_number = small(line, key), true;
  if (key == "per-day") return in.caps.per_number_day = small(line, key), true;
  if (key == "gap") return in.caps.min_gap = line.duration("the minimum gap"), true;
  if (key == "retry") return read_retry(in, line), true;
  if (key == "hold-reminder") return in.hold_reminder = line.duration("the hold reminder"), true;
  if (key == "hold-max") return in.hold_max = line.duration("the hold limit"), true;
  if (key == "wrap-up") {
    in.wrap_up_required = line.take_if("required");
    if (!in.wrap_up_required) in.wrap_up_max = line.duration("the wrap-up time");
    return true;
  }
  if (key == "auto") return in.wrap_up_auto_code = setting.code_names.take(line), true;
  return false;
}

// via T2,T1: an entry point of the campaign's own.
void read_trunks(Setting& setting, Campaign& in, Words& line) {
  dialer::EntryPoint own{base::EntryPointId{setting.entry_points.size() + 1}, {}};
  for (const std::string& name : split(line.take("trunks"), ',')) {
    own.trunks.push_back(setting.trunk_names.find(line, name));
  }
  in.entry_point = own.id;
  setting.entry_points.push_back(own);
}

}  // namespace

void read_campaign(Setting& setting, Words& line) {
  const std::string name = line.take("a campaign's name");
  if (!setting.campaign_names.knows(name)) {
    CampaignSetting fresh;
    fresh.config.id = setting.campaign_names.append(name);
    fresh.config.retry = dialer::default_retry_rules();
    setting.campaigns.push_back(fresh);
  }
  CampaignSetting& campaign = setting.campaigns[setting.campaign_names.find(line, name).value - 1];
  while (!line.done()) {
    const std::string key = line.take("a setting");
    if (key == "queue") {
      campaign.config.queue = setting.queue_names.take(line);
    } else if (key == "via") {
      read_trunks(setting, campaign.config, line);
    } else if (key == "weight") {
      campaign.config.weight = small(line, key);
    } else if (!read_dialing(campaign, key, line) && !read_afterwards(campaign.config, key, setting, line)) {
      line.refuse("a campaign has no setting '" + key + "'");
    }
  }
}

}  // namespace ziptone::scenario
