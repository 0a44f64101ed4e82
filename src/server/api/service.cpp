#include "server/api/service.hpp"

#include <charconv>
#include <cstdio>

#include "base/wall.hpp"

namespace ziptone::api {

namespace js = boost::json;

Response json(const js::value& value, int status) {
  return {status, "application/json", js::serialize(value)};
}
Response unavailable() { return problem(503, "the process is too busy; try again in a second", "busy"); }
Response not_found(std::string_view what) { return problem(404, "there is no such " + std::string{what}); }
Response store_problem(const base::Error& error) {
  return problem(422, error.what, {}, {{error.where, error.what, error.mend}});
}

control::Answered answer_with(Reply reply) {
  return [reply = std::move(reply)](control::Answer answer) {
    if (answer.accepted) return reply(json({{"accepted", true}}));
    if (answer.reason == "store_failed") return reply(problem(503, "the store has failed", answer.reason));
    reply(problem(409, "refused", answer.reason));
  };
}

std::optional<Page> page_of(const Request& request, const std::string& cursor, const Reply& reply) {
  Page page;
  const auto number = [&](const std::string& key, std::uint64_t min, std::uint64_t max, auto& value) {
    const std::string text = request.text(key);
    if (text.empty()) return true;
    std::uint64_t read = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (fault != std::errc{} || end != text.data() + text.size() || read < min || read > max) {
      reply(problem(422, "a parameter is out of range", {},
                    {{key, "\"" + text + "\" is no number that fits",
                      "write " + std::to_string(min) + " to " + std::to_string(max)}}));
      return false;
    }
    value = read;
    return true;
  };
  if (!cursor.empty() && !number(cursor, 0, UINT64_MAX, page.cursor)) return std::nullopt;
  if (!number("limit", 1, 1000, page.limit)) return std::nullopt;
  return page;
}

js::value time_json(base::WallTime at) {
  if (at == base::WallTime{} || at == base::kNeverWall) return nullptr;
  return js::string{base::to_iso(at)};
}

std::optional<base::WallTime> parse_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second,
                  &used) != 6)
    return std::nullopt;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  std::string zone = text.substr(static_cast<std::size_t>(used));
  if (zone.starts_with(".")) zone.erase(0, zone.find_first_not_of("0123456789", 1));
  int offset_s = 0;
  if (zone != "Z") {
    char sign = 0;
    int zone_hour = 0, zone_minute = 0;
    if (std::sscanf(zone.c_str(), "%c%2d:%2d", &sign, &zone_hour, &zone_minute) != 3 ||
        (sign != '+' && sign != '-'))
      return std::nullopt;
    offset_s = (zone_hour * 3600 + zone_minute * 60) * (sign == '-' ? -1 : 1);
  }
  const std::int64_t days = base::days_from_civil({year, month, day});
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

std::vector<Route> all_routes(Service* service) {
  std::vector<Route> all;
  for (auto* part : {campaign_routes, agent_routes, record_routes, system_routes})
    for (Route& route : part(service)) all.push_back(std::move(route));
  return all;
}

}  // namespace ziptone::api
