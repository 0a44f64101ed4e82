// What the routes work with. Lives on the api thread; handlers run there and nowhere else.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "phone/destination.hpp"
#include "server/api/http.hpp"
#include "server/control/control.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"

namespace ziptone::api {

struct Service {
  control::Control* control = nullptr;
  store::Store* store = nullptr;
  store::Reader* reader = nullptr;
  const phone::DestinationList* destinations = nullptr;
  std::function<void(std::function<void()>)> post;                // onto the api thread
  std::function<void(std::function<void()>)> in_background;       // onto the import thread
  std::function<void(std::function<void(std::string)>)> metrics;  // Prometheus text, from any thread
  std::function<bool()> stopping;
  base::Instant started_at{};
};

// The value of a query parameter as a number in [min, max]; nullopt and a problem otherwise.
struct Page {
  std::uint64_t cursor = 0;
  std::size_t limit = 100;
};
std::optional<Page> page_of(const Request& request, const std::string& cursor, const Reply& reply);

Response json(const boost::json::value& value, int status = 200);
Response unavailable();
Response not_found(std::string_view what);
Response store_problem(const base::Error& error);
// The core's answer as a response: 200, 409 with its reason, 503 when the store has failed.
control::Answered answer_with(Reply reply);
// A UTC time for JSON, null for never.
boost::json::value time_json(base::WallTime at);
// "2026-11-22T15:00:00Z" or with an offset; nullopt otherwise.
std::optional<base::WallTime> parse_time(const std::string& text);
std::string render(const store::EventRow& row);
std::string render(const dialer::effect::AppendRow& row);

// The tables of each part, joined by all_routes().
std::vector<Route> campaign_routes(Service* service);
std::vector<Route> agent_routes(Service* service);
std::vector<Route> record_routes(Service* service);
std::vector<Route> system_routes(Service* service);
// Every route of the interface; with nullptr only to be looked at (the contract's test).
std::vector<Route> all_routes(Service* service);

// Whether `text` is this record's name or id.
inline bool names(const std::string& text, std::uint64_t id, const std::string& name) {
  return text == name || text == std::to_string(id);
}

}  // namespace ziptone::api
