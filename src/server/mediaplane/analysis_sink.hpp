// Call progress analysis as a listener of a leg.
#pragma once

#include "analysis/analyser.hpp"
#include "server/mediaplane/frame_sink.hpp"

namespace ziptone::mediaplane {

class AnalysisSink final : public FrameSink {
 public:
  explicit AnalysisSink(const analysis::Parameters& parameters) : analyser_{parameters} {}
  void push(std::span<const std::int16_t, media::kFrameSamples> samples, const FrameInfo& info) override {
    analyser_.push(samples,
                   {.at_ms = info.at_ms, .kind = info.lost ? analysis::Frame::lost : analysis::Frame::sound});
  }
  void answered(std::int64_t at_ms) override { analyser_.answered(at_ms); }
  std::optional<analysis::Event> poll() override { return analyser_.poll(); }

 private:
  analysis::Analyser analyser_;
};

}  // namespace ziptone::mediaplane
