#include "analysis/analyser.hpp"

#include <algorithm>
#include <array>

#include "analysis/classifier.hpp"
#include "analysis/model.hpp"
#include "analysis/rule.hpp"
#include "analysis/spectrum.hpp"
#include "analysis/speech.hpp"
#include "analysis/tones.hpp"
#include "base/check.hpp"

namespace ziptone::analysis {
namespace {

constexpr std::int64_t kLongestGapMs = 5000;
constexpr std::int32_t kGreetingQuietMs = 2000;
constexpr std::int64_t kNothingHeardMs = 5000;
// A machine that passed for a person gives itself away by talking on; later than this it is a conversation.
constexpr std::int64_t kRunsOnMs = 2500;
constexpr std::int64_t kUnmaskWithinMs = 6000;

constexpr Verdict verdict_of(Tone tone) {
  switch (tone) {
    case Tone::ced:
    case Tone::ansam:
    case Tone::cng:
    case Tone::v21:
      return Verdict::fax;
    case Tone::busy:
      return Verdict::busy;
    case Tone::reorder:
      return Verdict::reorder;
    case Tone::ringback:
      return Verdict::ringback;
    case Tone::sit:
      return Verdict::sit;
    case Tone::beep:
    case Tone::none:
      return Verdict::machine;
  }
  return Verdict::machine;
}

// May a tone revise what stands? The first tone is the most telling: busy follows a SIT and an announcement
// as a matter of course, and a machine that also takes faxes is a machine.
constexpr bool yields(Verdict stands, Verdict tone) {
  switch (stands) {
    case Verdict::unsure:
    case Verdict::person:
    case Verdict::silence:
    case Verdict::music:
      return true;
    case Verdict::ringback:
      return tone != Verdict::ringback;
    case Verdict::announcement:
      return tone == Verdict::sit || tone == Verdict::fax;
    default:
      return false;
  }
}

// Events waiting to be polled; a fixed ring.
class Outbox {
 public:
  void put(const Event& event) {
    const bool verdict = std::holds_alternative<VerdictReached>(event);
    // The last places are for verdicts: there are at most a handful in a call.
    const std::size_t room = verdict ? kPlaces : kPlaces - 8;
    if (count_ >= room) return;
    events_[(first_ + count_) % kPlaces] = event;
    ++count_;
  }
  std::optional<Event> take() {
    if (count_ == 0) return std::nullopt;
    const Event event = events_[first_];
    first_ = (first_ + 1) % kPlaces;
    --count_;
    return event;
  }

 private:
  static constexpr std::size_t kPlaces = 64;
  std::array<Event, kPlaces> events_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

struct Analyser::Engine {
  explicit Engine(const Parameters& p)
      : parameters(p),
        point(operating_point(p)),
        tones(p.country),
        speech(p.minimum_valid_speech_ms),
        stopped(!p.on) {
    speech.pause_of(p.minimum_silence_ms);
  }

  void push(std::span<const std::int16_t, kFrameSamples> samples, const FrameInfo& info);
  void step(const std::int16_t* samples, Frame kind);
  void answered(std::int64_t at_ms);
  void hear(const ToneHeard& tone);
  void hear_tones();
  void judge();
  std::optional<Judgement> by_rule() const;
  std::optional<Judgement> by_classifier();
  void greeting(const ToneHeard* beep);
  void screening();
  void reach(Judgement judgement, const ToneHeard* tone);
  void forget();

  Parameters parameters;
  OperatingPoint point;
  Spectrum spectrum;
  ToneBank tones;
  Speech speech;
  Classifier classifier;
  Outbox outbox;
  std::optional<VerdictReached> standing;
  bool stopped;
  std::int64_t position_ms = -1;  // of the next frame; its predecessor's end
  std::int64_t answered_ms = -1;
  std::int64_t answer_due_ms = -1;  // an answer that lies in the future of the stream
  std::int32_t lost_ms = 0;
  std::int32_t revision = 0;
  std::int64_t machine_ms = -1;
  bool greeting_over = false;
};

void Analyser::Engine::push(std::span<const std::int16_t, kFrameSamples> samples, const FrameInfo& info) {
  if (stopped) return;
  if (position_ms < 0) {
    position_ms = info.at_ms;
    if (parameters.phase == Phase::answered && answered_ms < 0) answered(info.at_ms);
  }
  if (info.at_ms < position_ms) return;
  if (info.at_ms - position_ms <= kLongestGapMs) {
    while (position_ms + kFrameMs <= info.at_ms) step(nullptr, Frame::lost);
  }
  position_ms = info.at_ms;
  step(samples.data(), info.kind);
}

void Analyser::Engine::step(const std::int16_t* samples, Frame kind) {
  const auto at = position_ms;
  position_ms += kFrameMs;
  if (answer_due_ms >= 0 && answer_due_ms <= at) answered(answer_due_ms);
  Sound sound;
  const Sound* heard = nullptr;
  if (kind == Frame::sound) {
    sound = spectrum.push(std::span<const std::int16_t, kFrameSamples>{samples, kFrameSamples});
    heard = &sound;
  } else if (kind == Frame::lost) {
    lost_ms += kFrameMs;
  }
  // To the tones a comfort noise frame is quiet, a lost one unknown.
  const Sound quiet;
  tones.push(at, kind == Frame::dtx ? &quiet : heard, speech.onset_ms() >= 0);
  switch (speech.push(at, heard, kind == Frame::lost, tones.tonal())) {
    case Speech::Change::started:
      outbox.put(SpeechStarted{speech.words_start_ms()});
      break;
    case Speech::Change::ended:
      outbox.put(SpeechEnded{speech.end_ms()});
      break;
    case Speech::Change::none:
      break;
  }
  if (answered_ms >= 0 && parameters.preset != Preset::silence_rule)
    classifier.push(heard, kind == Frame::lost, tones.tonal());
  hear_tones();
  judge();
  greeting(nullptr);
}

void Analyser::Engine::answered(std::int64_t at_ms) {
  if (answered_ms >= 0) return;
  if (position_ms < 0 || at_ms > position_ms) {
    answer_due_ms = at_ms;
    return;
  }
  answer_due_ms = -1;
  answered_ms = at_ms;
  forget();
}

// What was heard before the answer was the network; only the noise floor would be of use, and it is another
// line.
void Analyser::Engine::forget() {
  tones = ToneBank{parameters.country};
  speech = Speech{parameters.minimum_valid_speech_ms};
  speech.pause_of(parameters.minimum_silence_ms);
  classifier = {};
  standing.reset();
  lost_ms = 0;
  revision = 0;
  machine_ms = -1;
  greeting_over = false;
}

void Analyser::Engine::hear_tones() {
  for (const auto& tone : tones.heard())
    if (tone.which != Tone::none) hear(tone);
}

void Analyser::Engine::hear(const ToneHeard& tone) {
  outbox.put(tone);
  const auto verdict = verdict_of(tone.which);
  const bool early = answered_ms < 0;
  if (tone.which == Tone::beep) {
    if (early) return;
    greeting(&tone);
    const bool talked = speech.onset_ms() >= 0;
    const bool undecided =
        !standing || standing->verdict == Verdict::unsure || standing->verdict == Verdict::person;
    if (undecided)
      reach({Verdict::machine,
             talked ? 0.9F : 0.95F,
             talked ? Cause::beep_after_speech : Cause::beep_without_speech,
             {}},
            &tone);
    greeting(&tone);
    return;
  }
  // Ringing before the answer is what a call does.
  if (early && verdict == Verdict::ringback) return;
  // After words the network's tones mean that the far end has gone, not that it never was there.
  if (!early && verdict != Verdict::fax && speech.onset_ms() >= 0) return;
  if (standing && !yields(standing->verdict, verdict)) return;
  reach({verdict, 0.97F, Cause::tone, {}}, &tone);
}

void Analyser::Engine::judge() {
  if (answered_ms < 0) {
    if (standing) return;
    if (const auto judgement = judge_early(parameters, speech)) reach(*judgement, nullptr);
    return;
  }
  const auto judgement = parameters.preset == Preset::silence_rule ? by_rule() : by_classifier();
  if (judgement) reach(*judgement, nullptr);
}

std::optional<Judgement> Analyser::Engine::by_rule() const {
  return standing ? judge_again(parameters, speech, standing->verdict, standing->evidence.cause, answered_ms,
                                position_ms)
                  : judge_answered(parameters, speech, answered_ms, position_ms, tones.pending(position_ms));
}

std::optional<Judgement> Analyser::Engine::by_classifier() {
  const auto now = position_ms - answered_ms;
  const auto at_limit = [&](std::int64_t limit) { return now + kFrameMs > limit; };
  // That the clock ran out before a word is no finding: the decision is still to come.
  const bool open = !standing || standing->evidence.cause == Cause::never_spoke;
  if (!open) {
    const bool may_be_unmasked = standing->verdict == Verdict::unsure || standing->verdict == Verdict::person;
    const bool runs_on = speech.speaking() && position_ms - speech.turn_start_ms() >= kRunsOnMs &&
                         speech.turn_start_ms() - answered_ms <= kUnmaskWithinMs;
    if (!may_be_unmasked || !runs_on) return std::nullopt;
    return classifier.unmask();
  }
  const bool quiet = speech.onset_ms() >= 0 && !speech.speaking() && !speech.starting();
  const auto judgement =
      classifier.judge(point, quiet ? static_cast<std::int32_t>(position_ms - speech.end_ms()) : -1);
  if (judgement && !(standing && judgement->verdict == standing->verdict)) return judgement;
  if (classifier.spoke()) return std::nullopt;
  // What the streaming timeline alone took for words may be a voice that is hardly louder than its room.
  const bool nothing = speech.onset_ms() < 0 && !tones.rhythm();
  if (standing && nothing && at_limit(kNothingHeardMs))
    return Judgement{Verdict::silence, 0.9F, Cause::nothing_heard, {}};
  const auto patience = tones.pending(position_ms) ? point.maximum_analysis_ms : kNeverSpokeMs;
  if (!standing && speech.onset_ms() < 0 && at_limit(patience))
    return Judgement{Verdict::unsure, 0.5F, Cause::never_spoke, {}};
  return std::nullopt;
}

// The end of a machine's greeting: its beep, a long quiet, or the end of patience.
void Analyser::Engine::greeting(const ToneHeard* beep) {
  if (machine_ms < 0 || greeting_over) return;
  std::optional<GreetingEnded> over;
  if (beep != nullptr) {
    over = GreetingEnded{beep->at_ms + beep->length_ms, GreetingEnded::By::beep};
  } else if (speech.onset_ms() >= 0 && !speech.speaking() && !tones.pending(position_ms) &&
             position_ms - speech.end_ms() >= kGreetingQuietMs) {
    over = GreetingEnded{speech.end_ms(), GreetingEnded::By::quiet};
  } else if (position_ms - machine_ms >= parameters.terminating_tone_ms) {
    over = GreetingEnded{position_ms, GreetingEnded::By::limit};
  }
  if (!over) return;
  greeting_over = true;
  outbox.put(*over);
  if (over->by == GreetingEnded::By::quiet) screening();
}

// A recorder beeps; a screening assistant asks, and waits for the answer.
void Analyser::Engine::screening() {
  constexpr std::int64_t kShortest = 1500;
  constexpr std::int64_t kLongest = 9000;
  const auto asked = speech.end_ms() - speech.onset_ms();
  const bool by_talk = standing->verdict == Verdict::machine && standing->evidence.cause == Cause::classifier;
  if (by_talk && asked >= kShortest && asked <= kLongest)
    reach({Verdict::screening, 0.6F, Cause::quiet_without_beep, {}}, nullptr);
}

void Analyser::Engine::reach(Judgement judgement, const ToneHeard* tone) {
  VerdictReached reached{.verdict = judgement.verdict,
                         .confidence = judgement.confidence,
                         .at_ms = position_ms,
                         .early = answered_ms < 0,
                         .revision = standing ? ++revision : 0,
                         .evidence = {}};
  auto& e = reached.evidence;
  e.cause = judgement.cause;
  e.model_version = parameters.preset == Preset::silence_rule ? kRuleVersion : kModelVersion;
  e.answered_ms = answered_ms;
  e.onset_ms = speech.onset_ms();
  e.first_turn_end_ms = speech.first_turn_end_ms();
  if (judgement.cause == Cause::classifier) {
    e.onset_ms = answered_ms + classifier.onset_ms();
    const auto end = classifier.first_turn_end_ms();
    e.first_turn_end_ms = end < 0 ? -1 : answered_ms + end;
  }
  // A person's turn is over by definition, also when a rustle kept the timeline from saying so.
  if (judgement.verdict == Verdict::person && e.first_turn_end_ms < 0) e.first_turn_end_ms = speech.end_ms();
  e.speech_ms = speech.speech_ms();
  e.silence_ms = speech.end_ms() < 0 ? 0 : static_cast<std::int32_t>(position_ms - speech.end_ms());
  e.longest_gap_ms = speech.longest_gap_ms();
  e.turns = speech.turns();
  e.lost_ms = lost_ms;
  e.level_dbfs = speech.level_dbfs();
  e.floor_dbfs = speech.floor_dbfs();
  if (tone != nullptr) {
    e.tone = tone->which;
    e.sit = tone->sit;
    e.tone_hz = tone->hz;
    e.tone_ms = tone->length_ms;
  }
  e.scores = judgement.scores;
  const bool shares = std::any_of(e.scores.begin(), e.scores.end(), [](float share) { return share > 0; });
  if (!shares) {
    // Only the verdict's share is known; what is left goes to its usual mistake.
    const auto index = [](Verdict v) { return static_cast<std::size_t>(v); };
    const auto other = judgement.verdict == Verdict::person ? Verdict::machine : Verdict::person;
    e.scores[index(judgement.verdict)] = judgement.confidence;
    e.scores[index(other)] = 1.0F - judgement.confidence;
  }
  if (reached.verdict == Verdict::machine && machine_ms < 0) machine_ms = position_ms;
  standing = reached;
  outbox.put(reached);
}

Analyser::Analyser(const Parameters& parameters) {
  VERIFY(validate(parameters));
  engine_ = std::make_unique<Engine>(parameters);
}
Analyser::~Analyser() = default;
Analyser::Analyser(Analyser&&) noexcept = default;
Analyser& Analyser::operator=(Analyser&&) noexcept = default;

void Analyser::restart(const Parameters& parameters) {
  VERIFY(validate(parameters));
  *engine_ = Engine{parameters};
}

void Analyser::push(std::span<const std::int16_t, kFrameSamples> samples, const FrameInfo& info) {
  engine_->push(samples, info);
}
void Analyser::answered(std::int64_t at_ms) { engine_->answered(at_ms); }
std::optional<Event> Analyser::poll() { return engine_->outbox.take(); }
const std::optional<VerdictReached>& Analyser::verdict() const { return engine_->standing; }
const FeatureRow* Analyser::features() const { return engine_->classifier.features(); }
void Analyser::stop() { engine_->stopped = true; }

}  // namespace ziptone::analysis
