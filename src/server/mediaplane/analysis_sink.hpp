// Call progress analysis as a listener of a leg, and beside it the recorder of what it heard.
#pragma once

#include "analysis/analyser.hpp"
#include "server/mediaplane/frame_sink.hpp"

namespace ziptone::mediaplane {

class AnalysisSink final : public FrameSink {
 public:
  AnalysisSink(const analysis::Parameters& parameters, bool keeps_clip)
      : analyser_{parameters}, from_answer_{parameters.phase == analysis::Phase::answered} {
    if (keeps_clip) clip_.emplace();
  }
  void push(std::span<const std::int16_t, media::kFrameSamples> samples, const FrameInfo& info) override {
    if (clip_) {
      if (from_answer_) clip_->begin(info.at_ms);
      from_answer_ = false;
      clip_->push(samples, info.at_ms, info.lost, info.codec);
    }
    if (!stopped_)
      analyser_.push(
          samples, {.at_ms = info.at_ms, .kind = info.lost ? analysis::Frame::lost : analysis::Frame::sound});
  }
  void answered(std::int64_t at_ms) override {
    analyser_.answered(at_ms);
    if (clip_) clip_->begin(at_ms);
  }
  std::optional<analysis::Event> poll() override {
    if (stopped_) return std::nullopt;
    auto event = analyser_.poll();
    if (clip_ && event)
      if (const auto* verdict = std::get_if<analysis::VerdictReached>(&*event); verdict && !verdict->early)
        clip_->decided(verdict->at_ms);
    return event;
  }
  bool stop(std::int64_t at_ms) override {
    stopped_ = true;
    analyser_.stop();
    if (clip_) clip_->decided(at_ms);
    return clip_ && clip_->records();
  }
  std::shared_ptr<const Clip> take_clip(bool rest) override {
    return clip_ && (rest || clip_->full()) ? clip_->take() : nullptr;
  }

 private:
  analysis::Analyser analyser_;
  std::optional<ClipRecorder> clip_;
  bool from_answer_;
  bool stopped_ = false;
};

}  // namespace ziptone::mediaplane
