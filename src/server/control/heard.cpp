// What the analysis of a call heard: written down for those who ask why, verdict by verdict, off the core's
// way; its clip; and how long the person waited for the agent's ear.
#include <spdlog/spdlog.h>

#include "dialer/analyse/review.hpp"
#include "server/control/clips.hpp"
#include "server/control/clock.hpp"
#include "server/control/lines.hpp"
#include "server/store/analyses.hpp"

namespace ziptone::control {
namespace {

// The verdicts for which the core would end the call, or ask an agent to judge.
bool is_machine(analysis::Verdict verdict) {
  return verdict == analysis::Verdict::machine || verdict == analysis::Verdict::music ||
         verdict == analysis::Verdict::announcement;
}

}  // namespace

// The document is made on the store's thread: this one has calls to look after.
void Lines::keep_evidence(const CallLine& line) {
  store::AnalysisRecord record;
  record.attempt = line.intent.attempt;
  record.country = line.country;
  const Shape& shape = shapes_[line.intent.campaign];
  if (const auto* decided = line.evidence->decided()) {
    record.decided = analysis::name(decided->verdict);
    record.review = !decided->early && is_machine(decided->verdict) &&
                    dialer::is_reviewed(record.attempt, shape.review_share);
  }
  store_.write<bool>(
      [record, evidence = *line.evidence,
       point = std::string{analysis::kPresetNames[static_cast<std::size_t>(shape.analysis.preset)]}](
          store::sqlite::Connection& db) mutable -> base::Result<bool> {
        record.document = evidence.document(point);
        if (auto put = store::put_analysis(db, record); !put) return tl::unexpected{put.error()};
        return true;
      },
      [attempt = record.attempt](const base::Result<bool>& kept) {
        if (!kept)
          spdlog::error("attempt {}: its evidence is not kept: {}", attempt, base::to_string(kept.error()));
      });
}

void Lines::heard(const mediaplane::AnalysisEvent& report) {
  CallLine* line = call(attempt_of(report.leg));
  if (!line || !line->evidence) return;
  line->evidence->add(report.event, heard_at_, report.position_ms);
  if (std::holds_alternative<analysis::VerdictReached>(report.event)) keep_evidence(*line);
}

void Lines::on(const mediaplane::AgentHears& report) {
  CallLine* line = call(attempt_of(report.trunk));
  if (!line || !line->evidence) return;
  // Who was connected before the turn was over waited for nothing.
  const auto spoken = line->evidence->first_turn_end();
  if (spoken && heard_at_ >= *spoken) speech_to_agent_.add(heard_at_ - *spoken);
}

void Lines::on(const mediaplane::ClipTaken& report) {
  const auto of = clips_of_.find(report.leg);
  if (of == clips_of_.end() || !clips_) return;
  clips_->keep(of->second.first, of->second.second, report.clip, wall_now());
  clips_of_.erase(of);
}

}  // namespace ziptone::control
