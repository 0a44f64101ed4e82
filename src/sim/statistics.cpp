#include "sim/statistics.hpp"

#include <algorithm>
#include <numeric>

namespace ziptone::sim {

void Statistics::turn(Desk& desk, Doing to, dialer::Instant now) {
  if (desk.doing == to) return;
  desk.spent[static_cast<std::size_t>(desk.doing)] += (now - desk.since).count();
  if (to == Doing::waiting) desk.free_since = now;
  if (to == Doing::talking && desk.doing == Doing::waiting)
    waits_.push_back(static_cast<float>((now - desk.free_since).count()) * 1e-6F);
  desk.doing = to;
  desk.since = now;
}

void Statistics::see(const Sight& sight, dialer::Now now) {
  if (const auto* s = std::get_if<sight::Rowed>(&sight)) {
    if (s->row.machine != "agent") return;
    const auto& to = s->row.to;
    const Doing doing = to == "Engaged"      ? Doing::talking
                        : to == "WrappingUp" ? Doing::wrapping_up
                        : to == "Away"       ? Doing::away
                                             : Doing::waiting;
    turn(agents_.at(s->row.id - 1), doing, now.mono);
  } else if (const auto* invited = std::get_if<sight::Invited>(&sight)) {
    (void)invited;
    ++attempts;
  } else if (std::holds_alternative<sight::AnswerHeard>(sight)) {
    ++answered;
  } else if (const auto* end = std::get_if<sight::Concluded>(&sight)) {
    ++outcomes[static_cast<std::size_t>(end->outcome.outcome)];
    merged += end->outcome.merged_at != dialer::WallTime{} ? 1 : 0;
    abandoned += end->outcome.outcome == dialer::Outcome::abandoned ? 1 : 0;
  } else if (const auto* intent = std::get_if<sight::Intended>(&sight)) {
    ++contacts_called[intent->intent.contact.value];
  }
}

void Statistics::close(dialer::Now now) {
  for (Desk& desk : agents_) {
    desk.spent[static_cast<std::size_t>(desk.doing)] += (now.mono - desk.since).count();
    desk.since = now.mono;
  }
}

Statistics::Share Statistics::share() const {
  std::array<double, 4> sums{};
  for (const Desk& desk : agents_) {
    for (std::size_t i = 0; i < 4; ++i) sums[i] += static_cast<double>(desk.spent[i]);
  }
  const double all = std::max(1.0, std::accumulate(sums.begin(), sums.end(), 0.0));
  return {sums[1] / all, sums[2] / all, sums[3] / all, sums[0] / all};
}

Statistics::Waiting Statistics::waiting() const {
  if (waits_.empty()) return {};
  std::vector<float> sorted = waits_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double part) {
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
  };
  return {std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size()), at(0.5),
          at(0.95)};
}

}  // namespace ziptone::sim
