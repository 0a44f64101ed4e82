// Who listens to a leg: call progress analysis, a recorder, a test. Runs on the leg's worker, so it never
// blocks, locks or allocates in push().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "analysis/verdict.hpp"
#include "media/g711.hpp"
#include "server/mediaplane/clip.hpp"

namespace ziptone::mediaplane {

struct FrameInfo {
  std::int64_t at_ms = 0;  // position of the first sample since listening began, from the RTP timestamp
  bool lost = false;       // no packet came; the samples are zero
  media::Codec codec = media::Codec::pcma;  // in which the samples came
};

class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual void push(std::span<const std::int16_t, media::kFrameSamples> samples, const FrameInfo& info) = 0;
  // The 200 came at this position.
  virtual void answered(std::int64_t at_ms) = 0;
  // Asked after every push until it gives nothing; becomes an AnalysisEvent report.
  virtual std::optional<analysis::Event> poll() = 0;
  // Nobody wants events any more. True: it goes on listening for itself, until take_clip() gives something.
  virtual bool stop(std::int64_t at_ms) {
    (void)at_ms;
    return false;
  }
  // Asked after every push: what it recorded, once, when it is whole; with `rest`, because no more will come,
  // whatever there is. Becomes a ClipTaken report.
  virtual std::shared_ptr<const Clip> take_clip(bool rest) {
    (void)rest;
    return nullptr;
  }
};

}  // namespace ziptone::mediaplane
