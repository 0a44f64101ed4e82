#include "server/control/evidence.hpp"

#include <algorithm>
#include <cmath>

#include <boost/json.hpp>

namespace ziptone::control {
namespace {

namespace js = boost::json;

// Of one attempt; nobody reads more, and a tone that comes and goes for an hour must not fill the memory.
constexpr std::size_t kEventsMax = 400;
constexpr std::size_t kVerdictsMax = 50;

double rounded(float value, double parts) { return std::round(static_cast<double>(value) * parts) / parts; }

js::value instant(std::int64_t ms) { return ms < 0 ? js::value(nullptr) : js::value(ms); }

js::object render(const analysis::Evidence& e) {
  js::object scores;
  for (std::size_t i = 0; i < analysis::kVerdicts; ++i)
    if (e.scores[i] >= 0.0005F)
      scores[analysis::name(static_cast<analysis::Verdict>(i))] = rounded(e.scores[i], 1000);
  return {{"cause", analysis::name(e.cause)},
          {"tone", analysis::name(e.tone)},
          {"sit", analysis::name(e.sit)},
          {"model_version", e.model_version},
          {"answered_ms", instant(e.answered_ms)},
          {"onset_ms", instant(e.onset_ms)},
          {"first_turn_end_ms", instant(e.first_turn_end_ms)},
          {"speech_ms", e.speech_ms},
          {"silence_ms", e.silence_ms},
          {"longest_gap_ms", e.longest_gap_ms},
          {"turns", e.turns},
          {"lost_ms", e.lost_ms},
          {"level_dbfs", rounded(e.level_dbfs, 10)},
          {"floor_dbfs", rounded(e.floor_dbfs, 10)},
          {"tone_hz", rounded(e.tone_hz, 10)},
          {"tone_ms", e.tone_ms},
          {"scores", std::move(scores)}};
}

js::object render(const analysis::VerdictReached& v) {
  return {{"verdict", analysis::name(v.verdict)},
          {"confidence", rounded(v.confidence, 1000)},
          {"at_ms", v.at_ms},
          {"cause", analysis::name(v.evidence.cause)},
          {"early", v.early},
          {"evidence", render(v.evidence)}};
}

template <class E>
void move(E& event, std::int64_t by_ms) {
  event.at_ms += by_ms;
  if constexpr (std::is_same_v<E, analysis::VerdictReached>)
    for (auto* instant :
         {&event.evidence.answered_ms, &event.evidence.onset_ms, &event.evidence.first_turn_end_ms})
      if (*instant >= 0) *instant += by_ms;
}

struct Happened {
  js::object operator()(const analysis::SpeechStarted& e) const {
    return {{"what", "speech_started"}, {"at_ms", e.at_ms}};
  }
  js::object operator()(const analysis::SpeechEnded& e) const {
    return {{"what", "speech_ended"}, {"at_ms", e.at_ms}};
  }
  js::object operator()(const analysis::ToneHeard& e) const {
    js::object o{{"what", "tone"},
                 {"at_ms", e.at_ms},
                 {"tone", analysis::name(e.which)},
                 {"length_ms", e.length_ms},
                 {"hz", rounded(e.hz, 10)}};
    if (e.sit != analysis::Sit::none) o["sit"] = analysis::name(e.sit);
    return o;
  }
  js::object operator()(const analysis::GreetingEnded& e) const {
    return {{"what", "greeting_ended"}, {"at_ms", e.at_ms}, {"by", analysis::name(e.by)}};
  }
  js::object operator()(const analysis::VerdictReached& v) const { return render(v); }
};

}  // namespace

void Evidence::again(base::Instant at) {
  if (mark_) offset_ms_ = mark_->position_ms + base::millis(at - mark_->at);
}

void Evidence::add(const analysis::Event& heard, base::Instant at, std::int64_t position_ms) {
  auto event = heard;
  std::visit([this](auto& e) { move(e, offset_ms_); }, event);
  mark_ = {at, position_ms + offset_ms_};
  if (const auto* verdict = std::get_if<analysis::VerdictReached>(&event)) {
    if (verdicts_.size() < kVerdictsMax) verdicts_.push_back(*verdict);
  } else if (events_.size() < kEventsMax) {
    events_.push_back(event);
  }
}

void Evidence::merged(base::Instant at) {
  if (!merged_at_) merged_at_ = at;
}

const analysis::VerdictReached* Evidence::decided() const {
  const auto answered =
      std::find_if(verdicts_.begin(), verdicts_.end(), [](const auto& v) { return !v.early; });
  if (answered != verdicts_.end()) return &*answered;
  return verdicts_.empty() ? nullptr : &verdicts_.back();
}

std::optional<base::Instant> Evidence::first_turn_end() const {
  const auto* verdict = decided();
  // The first turn that a screening assistant's call has is the assistant's.
  if (!verdict || verdict->early || verdict->verdict == analysis::Verdict::screening ||
      verdict->evidence.first_turn_end_ms < 0 || !mark_)
    return std::nullopt;
  return mark_->at - base::milliseconds{mark_->position_ms - verdict->evidence.first_turn_end_ms};
}

std::string Evidence::document(const std::string& operating_point) const {
  js::object o{{"verdict", nullptr},       {"confidence", nullptr},      {"at_ms", nullptr},
               {"model_version", nullptr}, {"operating_point", nullptr}, {"revisions", js::array{}},
               {"evidence", nullptr},      {"events", js::array{}}};
  if (!operating_point.empty()) o["operating_point"] = operating_point;
  if (const auto* verdict = decided()) {
    o["verdict"] = analysis::name(verdict->verdict);
    o["confidence"] = rounded(verdict->confidence, 1000);
    o["at_ms"] = verdict->at_ms;
    o["model_version"] = verdict->evidence.model_version;
    o["evidence"] = render(verdict->evidence);
  }
  auto& revisions = o["revisions"].as_array();
  for (const auto& verdict : verdicts_) revisions.push_back(render(verdict));
  auto& events = o["events"].as_array();
  for (const auto& event : events_) events.push_back(std::visit(Happened{}, event));
  if (merged_at_ && mark_)
    events.push_back(js::object{{"what", "merged"},
                                {"at_ms", mark_->position_ms + base::millis(*merged_at_ - mark_->at)}});
  return js::serialize(o);
}

}  // namespace ziptone::control
