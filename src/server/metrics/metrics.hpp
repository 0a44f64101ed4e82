// GET /metrics: gauges are read when asked for, counters of outcomes grow with the durable rows.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "dialer/effect.hpp"
#include "server/control/control.hpp"
#include "server/mediaplane/mediaplane.hpp"
#include "server/signalling/signalling.hpp"
#include "server/store/store.hpp"

namespace ziptone::metrics {

class Metrics {
 public:
  struct Parts {
    control::Control* control;
    store::Store* store;
    signalling::Signalling* signalling;
    mediaplane::MediaPlane* plane;
  };
  void attach(Parts parts) { parts_ = parts; }

  // The store thread: rows that have become durable.
  void count(const control::Control::Rows& rows);
  // Any thread: hands Prometheus' text form to `done`, on the control thread.
  void collect(const std::function<void(std::string)>& done);

 private:
  std::string render(const control::View& view) const;

  Parts parts_{};
  std::array<std::atomic<std::uint64_t>, dialer::kOutcomes> ended_{};
  std::atomic<std::uint64_t> rows_{0};
};

}  // namespace ziptone::metrics
