#include "server/metrics/metrics.hpp"

#include <cmath>
#include <map>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "base/check.hpp"

namespace ziptone::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class Page {
 public:
  MetricFamily& family(const char* name, const char* help, MetricType type) {
    families_.push_back({name, help, type, {}});
    return families_.back();
  }
  void one(const char* name, const char* help, MetricType type, double value) {
    add(family(name, help, type), {}, {}, value);
  }
  static void add(MetricFamily& family, const std::string& label, const std::string& word, double value) {
    ClientMetric metric;
    if (!label.empty()) metric.label.push_back({label, word});
    if (family.type == MetricType::Counter)
      metric.counter.value = value;
    else
      metric.gauge.value = value;
    family.metric.push_back(std::move(metric));
  }
  // The newest of them in seconds, p50 and p95.
  void lengths(const char* name, const char* help, const control::Latencies& of) {
    const auto seconds = [](base::Duration d) { return static_cast<double>(d.count()) / 1e6; };
    ClientMetric metric;
    metric.summary.sample_count = of.count();
    metric.summary.sample_sum = seconds(of.sum());
    for (const double q : {0.5, 0.95})
      metric.summary.quantile.push_back({q, of.count() > 0 ? seconds(of.quantile(q)) : std::nan("")});
    family(name, help, MetricType::Summary).metric.push_back(std::move(metric));
  }
  std::string text() const { return prometheus::TextSerializer{}.Serialize(families_); }

 private:
  std::vector<MetricFamily> families_;
};

template <class Views, class Word>
void by_word(Page& page, const char* name, const char* help, const char* label, const Views& views,
             Word word) {
  std::map<std::string, double> counts;
  for (const auto& view : views) ++counts[std::string{word(view)}];
  MetricFamily& family = page.family(name, help, MetricType::Gauge);
  for (const auto& [text, count] : counts) Page::add(family, label, text, count);
}

}  // namespace

void Metrics::count(const control::Control::Rows& rows) {
  rows_ += rows.size();
  for (const auto& row : rows)
    if (row.machine == "call" && row.to == "Ended" && row.from != "Ended")
      ++ended_[static_cast<std::size_t>(row.outcome)];
}

void Metrics::collect(const std::function<void(std::string)>& done) {
  const bool taken = parts_.control->ask([this, done](const control::View& view) { done(render(view)); });
  if (!taken) done("# the process is too busy\n");
}

std::string Metrics::render(const control::View& view) const {
  constexpr auto kCounter = MetricType::Counter;
  constexpr auto kGauge = MetricType::Gauge;
  Page page;
  by_word(page, "ziptone_agents", "Agents by state", "state", view.dialer.agents(),
          [](const dialer::AgentView& a) { return a.state; });
  by_word(page, "ziptone_calls", "Live calls by stage", "stage", view.dialer.calls(),
          [](const dialer::CallView& c) { return c.stage; });
  auto& ended =
      page.family("ziptone_attempts_ended_total", "Ended attempts by outcome since the start", kCounter);
  for (std::size_t i = 1; i < ended_.size(); ++i)
    Page::add(ended, "outcome", std::string{dialer::kOutcomeNames[i]}, static_cast<double>(ended_[i].load()));
  auto& trunks = page.family("ziptone_trunk_up", "1 when the trunk is up", kGauge);
  for (const auto& [trunk, live] : view.lines.trunks())
    Page::add(trunks, "trunk", std::to_string(trunk.value), live.up ? 1 : 0);
  page.one("ziptone_core_steps_total", "Steps of the core", kCounter, static_cast<double>(view.steps));
  page.one("ziptone_messages_lost_total", "Messages that found the control thread's mailbox full", kCounter,
           static_cast<double>(view.lost));
  page.one("ziptone_rows_total", "Event rows made durable", kCounter, static_cast<double>(rows_.load()));
  page.one("ziptone_bugs_total", "Bugs of ours that ended a call", kCounter,
           static_cast<double>(base::bug_count()));
  page.one("ziptone_dialing_held_back", "1 while the process can't keep up", kGauge,
           view.lines.held_back() ? 1 : 0);
  page.one("ziptone_store_waiting", "Batches and writes that wait for the disk", kGauge,
           static_cast<double>(parts_.store->first_lane_depth()));
  page.one("ziptone_store_failed", "1 when the store has failed", kGauge, parts_.store->failed() ? 1 : 0);
  page.lengths("ziptone_speech_end_to_agent_audio_seconds",
               "From the end of the person's first turn to the first packet of theirs sent to the agent, the "
               "newest thousand",
               view.lines.speech_to_agent());
  const auto sip = parts_.signalling->counters();
  page.one("ziptone_sip_invites_total", "INVITEs sent", kCounter, static_cast<double>(sip.invites_sent));
  page.one("ziptone_sip_refused_source_total", "Messages from addresses not configured", kCounter,
           static_cast<double>(sip.refused_source));
  page.one("ziptone_sip_refused_auth_total", "Requests with wrong credentials", kCounter,
           static_cast<double>(sip.refused_auth));
  page.one("ziptone_sip_late_answers_total", "200 after CANCEL", kCounter,
           static_cast<double>(sip.late_answers));
  const auto media = parts_.plane->counters();
  page.one("ziptone_media_legs", "Open media legs", kGauge, static_cast<double>(media.legs));
  page.one("ziptone_media_packets_received_total", "RTP packets believed", kCounter,
           static_cast<double>(media.received));
  page.one("ziptone_media_packets_sent_total", "RTP packets sent", kCounter, static_cast<double>(media.sent));
  page.one("ziptone_media_packets_refused_total", "Datagrams not believed", kCounter,
           static_cast<double>(media.refused));
  page.one("ziptone_media_late_ticks_total", "Ticks begun over 5 ms late", kCounter,
           static_cast<double>(media.late_ticks));
  return page.text();
}

}  // namespace ziptone::metrics
