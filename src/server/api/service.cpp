#include "server/api/service.hpp"

#include "base/named.hpp"
#include "base/wall.hpp"

namespace ziptone::api {

namespace js = boost::json;

Response json(const js::value& value, int status) {
  return {status, "application/json", js::serialize(value)};
}
Response unavailable() { return problem(503, "the process is too busy; try again in a second", "busy"); }
Response not_found(std::string_view what) { return problem(404, "there is no such " + std::string{what}); }
Response store_problem(const Service& service, const base::Error& error) {
  if (service.store->failed() || store::sqlite::fault_of(error) == store::sqlite::Fault::disk)
    return problem(503, "the store has failed", "store_failed");
  return problem(422, error.what, {}, {{error.where, error.what, error.mend}});
}

control::Answered answer_with(Reply reply) {
  return [reply = std::move(reply)](const control::Answer& answer) {
    if (answer.accepted) return reply(json({{"accepted", true}}));
    if (answer.reason == "store_failed") return reply(problem(503, "the store has failed", answer.reason));
    reply(problem(409, "refused", answer.reason));
  };
}

std::optional<std::uint64_t> number_of(const Request& request, const std::string& key, std::uint64_t min,
                                       std::uint64_t max, std::uint64_t fallback, const Reply& reply) {
  const std::string text = request.text(key);
  if (text.empty()) return fallback;
  const auto read = parse_number(text);
  if (read && *read >= min && *read <= max) return read;
  reply(problem(422, "a parameter is out of range", {},
                {{key, "\"" + text + "\" is no number that fits",
                  "write " + std::to_string(min) + " to " + std::to_string(max)}}));
  return std::nullopt;
}

std::optional<Page> page_of(const Request& request, const std::string& cursor, const Reply& reply) {
  const auto from = cursor.empty() ? 0 : number_of(request, cursor, 0, INT64_MAX, 0, reply);
  if (!from) return std::nullopt;
  const auto limit = number_of(request, "limit", 1, 1000, 100, reply);
  if (!limit) return std::nullopt;
  return Page{*from, *limit};
}

std::optional<base::WallTime> time_of(const Request& request, const std::string& key, const Reply& reply) {
  const std::string text = request.text(key);
  if (text.empty()) return base::WallTime{};
  const auto at = parse_time(text);
  if (!at)
    reply(problem(422, "a parameter is no time", {},
                  {{key, "\"" + text + "\" is no time", "write 2026-11-22T15:00:00Z"}}));
  return at;
}

js::value time_json(base::WallTime at) {
  if (at == base::WallTime{} || at == base::kNeverWall) return nullptr;
  return js::string{base::to_iso(at)};
}

namespace {

// Takes what RFC 3339 5.6 writes from the front of a text, strictly: so many digits, this character.
class TimeText {
 public:
  explicit TimeText(std::string_view text) : left_(text) {}
  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = take();
      if (c < '0' || c > '9') good_ = false;
      value = value * 10 + (c - '0');
    }
    return value;
  }
  void literal(char wanted) { good_ = take() == wanted && good_; }
  bool starts_with(char c) const { return left_.starts_with(c); }
  char take() {
    const char c = left_.empty() ? '\0' : left_.front();
    left_.remove_prefix(left_.empty() ? 0 : 1);
    return c;
  }
  void skip_fraction() {
    literal('.');
    const std::size_t end = std::min(left_.find_first_not_of("0123456789"), left_.size());
    good_ = good_ && end > 0;
    left_.remove_prefix(end);
  }
  void refuse() { good_ = false; }
  bool done() const { return good_ && left_.empty(); }

 private:
  std::string_view left_;
  bool good_ = true;
};

int read_offset_s(TimeText& text) {
  const char sign = text.take();
  if (sign == 'Z') return 0;
  const int hour = text.digits(2);
  text.literal(':');
  const int minute = text.digits(2);
  if ((sign != '+' && sign != '-') || hour > 23 || minute > 59) text.refuse();
  return (hour * 3600 + minute * 60) * (sign == '-' ? -1 : 1);
}

}  // namespace

std::optional<base::WallTime> parse_time(const std::string& written) {
  TimeText text{written};
  base::CivilDate date{};
  date.year = text.digits(4);
  text.literal('-');
  date.month = text.digits(2);
  text.literal('-');
  date.day = text.digits(2);
  text.literal('T');
  const int hour = text.digits(2);
  text.literal(':');
  const int minute = text.digits(2);
  text.literal(':');
  const int second = text.digits(2);
  if (text.starts_with('.')) text.skip_fraction();
  const int offset_s = read_offset_s(text);
  if (!text.done() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return std::nullopt;
  const std::int64_t days = base::days_from_civil(date);
  if (base::civil_from_days(days) != date) return std::nullopt;  // 31 February
  return base::WallTime{base::seconds{days * 86400 + hour * 3600 + minute * 60 + second - offset_s}};
}

namespace {

// The frame of events.yaml, from the row in memory or in the database.
template <class Row>
std::string render_row(const Row& row) {
  js::object o{{"sequence", row.sequence},
               {"at", base::to_iso(row.at)},
               {"machine", row.machine},
               {"id", row.id},
               {"from", row.from},
               {"event", row.event},
               {"to", row.to}};
  if (row.campaign) o["campaign"] = row.campaign.value;
  if (row.agent) o["agent"] = row.agent.value;
  if (row.attempt) o["attempt"] = row.attempt.value;
  if (row.contact) o["contact"] = row.contact.value;
  if (row.outcome != dialer::Outcome::none) o["outcome"] = dialer::name(row.outcome);
  return js::serialize(o);
}

}  // namespace

std::string render(const store::EventRow& row) { return render_row(row); }
std::string render(const dialer::effect::AppendRow& row) { return render_row(row); }

// An agent that is no longer in the file is nobody.
const store::AgentRecord* agent_named(const std::vector<store::AgentRecord>& agents,
                                      const std::string& text) {
  const auto* agent = base::named(
      agents, text, [](const auto& r, const auto& name) { return r.enabled && r.sign_in == name; },
      [](const auto& r) { return r.agent.id; });
  return agent && agent->enabled ? agent : nullptr;
}
const store::CampaignRecord* campaign_named(const std::vector<store::CampaignRecord>& campaigns,
                                            const std::string& text) {
  return base::named(
      campaigns, text, [](const auto& r, const auto& name) { return r.name == name; },
      [](const auto& r) { return r.campaign.id; });
}
const store::ListRecord* list_named(const std::vector<store::ListRecord>& lists, const std::string& text) {
  return base::named(
      lists, text, [](const auto& r, const auto& name) { return r.name == name; },
      [](const auto& r) { return r.id; });
}
const store::CodeRecord* code_named(const std::vector<store::CodeRecord>& codes, const std::string& text) {
  return base::named(
      codes, text, [](const auto& r, const auto& name) { return r.name_en == name || r.name_tr == name; },
      [](const auto& r) { return r.id; });
}

std::vector<Route> all_routes(Service* service) {
  std::vector<Route> all;
  for (auto* part :
       {campaign_routes, agent_routes,  people_routes, routing_routes, code_routes,     desk_routes,
        guide_routes,    record_routes, dnc_routes,    attempt_routes, analysis_routes, replay_routes,
        contact_routes,  figure_routes, system_routes, user_routes,    audit_routes,    set_up_routes,
        webhook_routes,  token_routes,  prompt_routes, trunk_routes})
    for (Route& route : part(service)) all.push_back(std::move(route));
  return all;
}

}  // namespace ziptone::api
