// A campaign's settings as one list of fields, which the TOML file, the API's JSON and the answer to GET
// share.
#include "server/config/campaign.hpp"

#include "base/named.hpp"
#include "phone/number.hpp"
#include "server/config/json.hpp"
#include "server/config/reader.hpp"
#include "server/config/writer.hpp"

namespace ziptone::config {
namespace {

constexpr std::size_t kBrandMax = 80;

using dialer::CodeRule;
using dialer::ConnectionMode;
using dialer::MachineTreatment;
using dialer::Outcome;
using dialer::RetryRule;

constexpr std::array<Choice<ConnectionMode>, 2> kModes = {
    {{"silent", ConnectionMode::silent}, {"classic", ConnectionMode::classic}}};
constexpr std::array<Choice<ZipTone>, 3> kZipTones = {
    {{"two_beeps", ZipTone::two_beeps}, {"one_beep", ZipTone::one_beep}, {"long_beep", ZipTone::long_beep}}};
constexpr std::array<Choice<analysis::Preset>, 4> kPresets = [] {
  std::array<Choice<analysis::Preset>, 4> choices{};
  for (std::size_t i = 0; i < choices.size(); ++i)
    choices[i] = {analysis::kPresetNames[i], static_cast<analysis::Preset>(i)};
  return choices;
}();
constexpr std::array<Choice<MachineTreatment>, 4> kMachine = {
    {{"hang_up", MachineTreatment::hang_up},
     {"next_number", MachineTreatment::next_number},
     {"leave_message", MachineTreatment::leave_message},
     {"connect", MachineTreatment::connect}}};
constexpr std::array<Choice<RetryRule::Then>, 3> kThen = {{{"close", RetryRule::Then::close},
                                                           {"same_number", RetryRule::Then::same_number},
                                                           {"next_number", RetryRule::Then::next_number}}};
constexpr std::array<Choice<CodeRule::Effect>, 6> kEffects = {
    {{"close", CodeRule::Effect::close},
     {"success", CodeRule::Effect::success},
     {"retry", CodeRule::Effect::retry},
     {"next_number", CodeRule::Effect::next_number},
     {"callback", CodeRule::Effect::callback},
     {"do_not_call", CodeRule::Effect::do_not_call}}};
constexpr auto kOutcomeChoices = [] {
  std::array<Choice<Outcome>, dialer::kOutcomes> choices{};
  for (std::size_t i = 0; i < choices.size(); ++i)
    choices[i] = {dialer::kOutcomeNames[i], static_cast<Outcome>(i)};
  return choices;
}();

template <class V>
void retry_fields(V& v, CampaignSettings& c) {
  v.table("retry", [&](V& retry) {
    for (std::size_t i = 1; i < dialer::kOutcomes; ++i) {
      RetryRule& rule = c.rules.retry[i];
      retry.table(dialer::kOutcomeNames[i], [&](V& one) {
        one.choice("then", rule.then, of(kThen));
        one.time("delay_min", rule.delay, 0, 43200);
        one.number("attempts_max", rule.attempts_max, 1, 100);
      });
    }
  });
}

template <class V>
void analysis_fields(V& v, CampaignSettings& c) {
  v.table("analysis", [&](V& a) {
    a.flag("on", c.analysis.on);
    a.choice("preset", c.analysis.preset, of(kPresets));
    a.number("minimum_silence_ms", c.analysis.minimum_silence_ms, 100, 1000);
    a.number("analysis_period_ms", c.analysis.analysis_period_ms, 1000, 10000);
    a.number("minimum_valid_speech_ms", c.analysis.minimum_valid_speech_ms, 50, 500);
    a.number("maximum_analysis_ms", c.analysis.maximum_analysis_ms, 1000, 10000);
    a.number("terminating_tone_ms", c.analysis.terminating_tone_ms, 1000, 60000);
    a.flag("decide_from_answer", c.rules.decide_from_answer);
    a.choice("machine", c.rules.machine, of(kMachine));
  });
}

template <class V>
void code_fields(V& v, CampaignSettings& c) {
  v.tables("codes", c.codes, [&](V& one, CodeUse& use) {
    one.required("code", use.code);
    one.choice("effect", use.effect, of(kEffects));
    one.choice("retry_as", use.retry_as, of(kOutcomeChoices));
  });
  v.table("on_outcome", [&](V& one) {
    for (std::size_t i = 1; i < dialer::kOutcomes; ++i) {
      std::string& code = c.on_outcome[i];
      one.text(dialer::kOutcomeNames[i], code);
    }
  });
}

template <class V>
void fields(V& v, CampaignSettings& c) {
  v.required("name", c.name);
  v.required("queue", c.queue);
  v.required("entry_point", c.entry_point);
  v.texts("lists", c.lists);
  v.number("weight", c.rules.weight, 1, 1000);
  v.choice("mode", c.rules.mode, of(kModes));
  v.choice("zip_tone", c.zip_tone, of(kZipTones));
  analysis_fields(v, c);
  v.flag("catch_up", c.catch_up);
  v.number("clip_days", c.clip_days, 0, 90);
  v.number("review_share", c.rules.review_share, 0, 100);
  v.text("brand", c.brand);
  v.text("callback_number", c.callback_number);
  v.flag("join_by_hand", c.rules.join_by_hand);
  v.time("pause_before_dial_s", c.rules.pause, 0, 60);
  v.time("ring_ms_min", c.rules.ring_min, 1000, 120000);
  v.time("ring_ms_max", c.rules.ring_max, 1000, 180000);
  v.time("setup_ms_max", c.rules.setup_max, 1000, 180000);
  v.tables("windows", c.rules.windows, [](V& one, dialer::Window& window) {
    one.days("days", window.days);
    one.minute_of_day("open", window.open_minute);
    one.minute_of_day("close", window.close_minute);
  });
  v.table("caps", [&](V& caps) {
    caps.number("per_contact", c.rules.caps.per_contact, 1, 100);
    caps.number("per_number", c.rules.caps.per_number, 1, 100);
    caps.number("per_number_day", c.rules.caps.per_number_day, 1, 100);
    caps.time("gap_min_min", c.rules.caps.min_gap, 0, 10080);
  });
  retry_fields(v, c);
  v.time("wrap_up_s_max", c.rules.wrap_up_max, 1, 86400);
  v.flag("wrap_up_required", c.rules.wrap_up_required);
  v.flag("wrap_up_guide_required", c.wrap_up_guide_required);
  v.time("wrap_up_extension_s_max", c.rules.wrap_up_extension_max, 0, 86400);
  v.text("auto_code", c.auto_code);
  code_fields(v, c);
  v.time("hold_s_max", c.rules.hold_max, 10, 3600);
  v.text("message_file", c.message_file);
  v.flag("contact_before_connect", c.contact_before_connect);
  v.table("screen_pop", [&](V& pop) {
    pop.text("url", c.screen_pop_url);
    pop.text("where", c.screen_pop_where);
    pop.texts("hosts", c.screen_pop_hosts);
  });
  v.text("guide", c.guide);
  v.flag("start", c.start);
}

// Two rules that no setting breaks: one "no such number" is often the carrier's mistake, and the trunk's
// trouble says nothing of the contact.
void judge_retry(Reader& reader, const CampaignSettings& c) {
  for (std::size_t i = 1; i < dialer::kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const RetryRule& rule = c.rules.retry[i];
    const std::string where = "retry." + std::string(dialer::kOutcomeNames[i]);
    if (outcome == Outcome::invalid_number && rule.attempts_max < 2)
      reader.fault(where, "ends a number after one answer", "write attempts_max = 2 or more");
    const bool never_closes = outcome == Outcome::invalid_number || dialer::is_trunk_trouble(outcome);
    if (never_closes && rule.then == RetryRule::Then::close)
      reader.fault(where, "would close the contact", "write then = \"next_number\" or \"same_number\"");
  }
}

}  // namespace

void read_campaign(Reader& reader, CampaignSettings& c) {
  fields(reader, c);
  judge_retry(reader, c);
  c.rules.analysis = c.analysis.on;
  c.rules.maximum_analysis = base::milliseconds{analysis::maximum_analysis_ms(c.analysis)};
  // A name may stand wherever an id may.
  if (base::could_be_id(c.name))
    reader.fault("name", "\"" + c.name + "\" could be an id", "write a name with a letter in it");
  for (const std::string& list : c.lists)
    if (base::could_be_id(list))
      reader.fault("lists", "\"" + list + "\" could be an id", "write a name with a letter in it");
  for (const dialer::Window& window : c.rules.windows)
    if (window.open_minute >= window.close_minute)
      reader.fault("windows", "a window closes before it opens",
                   "write open before close; two windows cross midnight");
  if (c.brand.size() > kBrandMax)
    reader.fault("brand", "is too long", "write at most 80 bytes: who it is that calls");
  if (!c.callback_number.empty() && !phone::from_e164(c.callback_number))
    reader.fault("callback_number", "is no number that can be called back", "write it as +902121234567");
  if (c.start && (c.brand.empty() || c.callback_number.empty()))
    reader.fault("start", "needs brand and callback_number",
                 "write who calls, and where they can be called back");
  if (c.wrap_up_guide_required && (!c.rules.wrap_up_required || c.guide.empty()))
    reader.fault("wrap_up_guide_required", "needs a guide and wrap_up_required",
                 "write guide and wrap_up_required = true too, or leave it out");
  if (c.screen_pop_where != "pane" && c.screen_pop_where != "tab")
    reader.fault("screen_pop.where", "is neither pane nor tab", "write pane or tab");
  if (!c.screen_pop_url.empty() && c.screen_pop_hosts.empty())
    reader.fault("screen_pop.hosts", "is empty: no page may be opened", "write the host of screen_pop.url");
  if (c.rules.ring_min > c.rules.ring_max)
    reader.fault("ring_ms_min", "is over ring_ms_max", "write at most ring_ms_max");
  for (const CodeUse& use : c.codes)
    if (!use.code.empty() && use.effect == CodeRule::Effect::retry && use.retry_as == Outcome::none)
      reader.fault("codes", "code " + use.code + " retries as no outcome", "write retry_as = \"no_answer\"");
}

base::Result<CampaignSettings, Faults> campaign_from_json(const std::string& json) {
  Faults faults;
  const toml::table table = table_from_json(json, faults);
  if (!faults.empty()) return tl::unexpected{std::move(faults)};
  CampaignSettings campaign;
  Reader reader{table, "", "", faults};
  read_campaign(reader, campaign);
  reader.finish();
  if (!faults.empty()) return tl::unexpected{std::move(faults)};
  return campaign;
}

std::string to_json(const CampaignSettings& campaign) {
  CampaignSettings copy = campaign;
  toml::table table;
  Writer writer{table};
  fields(writer, copy);
  return json_of(table);
}

}  // namespace ziptone::config
