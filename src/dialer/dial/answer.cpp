#include "dialer/dial/answer.hpp"

namespace ziptone::dialer::call {

State answered(AgentId agent, In& in) {
  in.attempt.answered = in.now;
  const bool classic = in.rules.mode == ConnectionMode::classic;
  if (in.rules.analysis) start_analysis(in);
  if (!classic && in.rules.analysis) return Analysing{agent, in.now.mono + kDecideMax};
  in.attempt.doubted = in.rules.analysis;
  in.emit(effect::Merge{in.attempt.id, agent, !classic, in.attempt.doubted});
  return Merging{agent, in.now.mono + kSilenceMax / 2};
}

}  // namespace ziptone::dialer::call
