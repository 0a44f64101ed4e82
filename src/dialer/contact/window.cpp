#include "dialer/contact/window.hpp"

#include <algorithm>

namespace ziptone::dialer {
namespace {

constexpr int kDaysAhead = 15;

struct Span {
  WallTime from;
  WallTime to;
};

// The openings of one zone from the local day before `now` on, merged and in order.
std::vector<Span> spans(const std::vector<Window>& windows, const base::ZoneRules& zone, WallTime now) {
  std::vector<Span> all;
  const std::int64_t today = base::local_time(zone, now).day;
  for (std::int64_t day = today - 1; day <= today + kDaysAhead; ++day) {
    const int weekday = base::local_time(zone, base::first_instant(zone, day, 12 * 3600)).weekday;
    for (const Window& window : windows) {
      if ((window.days >> weekday & 1) == 0) continue;
      const WallTime from = base::first_instant(zone, day, window.open_minute * 60);
      const WallTime to = window.close_minute >= 1440
                              ? base::first_instant(zone, day + 1, 0)
                              : base::first_instant(zone, day, window.close_minute * 60);
      if (from < to) all.push_back({from, to});
    }
  }
  std::sort(all.begin(), all.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
  std::vector<Span> merged;
  for (const Span& span : all) {
    if (!merged.empty() && span.from <= merged.back().to) {
      merged.back().to = std::max(merged.back().to, span.to);
    } else {
      merged.push_back(span);
    }
  }
  return merged;
}

std::vector<Span> both(const std::vector<Span>& a, const std::vector<Span>& b) {
  std::vector<Span> result;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const Span span{std::max(a[i].from, b[j].from), std::min(a[i].to, b[j].to)};
    if (span.from < span.to) result.push_back(span);
    if (a[i].to < b[j].to) {
      ++i;
    } else {
      ++j;
    }
  }
  return result;
}

}  // namespace

Opening opening(const std::vector<Window>& windows, const std::vector<base::ZoneRules>& zones, WallTime now) {
  if (zones.empty()) return {};
  for (const auto& zone : zones) {
    if (zone.empty()) return {};
  }
  std::vector<Span> open = spans(windows, zones.front(), now);
  for (std::size_t i = 1; i < zones.size(); ++i) open = both(open, spans(windows, zones[i], now));
  for (const Span& span : open) {
    if (now < span.from) return {false, span.from};
    if (now < span.to) return {true, span.to};
  }
  return {};
}

}  // namespace ziptone::dialer
