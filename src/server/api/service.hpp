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
#include "server/config/settings.hpp"
#include "server/control/control.hpp"
#include "server/store/office.hpp"
#include "server/store/reader.hpp"
#include "server/store/store.hpp"
#include "server/store/users.hpp"
#include "server/store/webhooks.hpp"

namespace ziptone::webhooks {
class Outbox;
}

namespace ziptone::api {

class Desks;
class Sessions;
class Brake;
class SetUp;
class Shifts;

struct Service {
  control::Control* control = nullptr;
  store::Store* store = nullptr;
  store::Reader* reader = nullptr;
  const phone::DestinationList* destinations = nullptr;
  const config::Settings* file = nullptr;  // what it declares is changed there
  Desks* desks = nullptr;
  std::function<void(std::function<void()>)> post;                   // onto the api thread
  std::function<void(base::Duration, std::function<void()>)> later;  // on the api thread, after a while
  std::function<void(std::function<void()>)> in_background;          // onto the import thread
  std::function<void(std::function<void()>)> reading;                // onto the thread that reads small files
  std::function<bool(std::function<void()>)> hashing;  // onto the passwords' thread; false: full
  store::Users* users = nullptr;
  Sessions* sessions = nullptr;
  Brake* brake = nullptr;
  store::Office* office = nullptr;
  store::Webhooks* webhooks = nullptr;
  webhooks::Outbox* outbox = nullptr;
  SetUp* set_up = nullptr;
  Shifts* shifts = nullptr;
  std::function<void(std::function<void(std::string)>)> metrics;  // Prometheus text, from any thread
  std::function<bool()> stopping;
  std::string prompt_folder;                // of what people uploaded, from the root
  std::string clip_folder;                  // of the clips of analysed calls, from the root
  std::vector<std::string> prompt_folders;  // of the product's own; the last that has one counts
  base::Instant started_at{};
};

struct Page {
  std::uint64_t cursor = 0;
  std::size_t limit = 100;
};
// The value of a query parameter as a number in [min, max], `fallback` when it is absent; nullopt and a
// problem otherwise.
std::optional<std::uint64_t> number_of(const Request& request, const std::string& key, std::uint64_t min,
                                       std::uint64_t max, std::uint64_t fallback, const Reply& reply);
std::optional<Page> page_of(const Request& request, const std::string& cursor, const Reply& reply);

Response json(const boost::json::value& value, int status = 200);
Response unavailable();
Response not_found(std::string_view what);
// 503 when the store has failed, else what was wrong with the request: 422 with the field.
Response store_problem(const Service& service, const base::Error& error);
// The core's answer as a response: 200, 409 with its reason, 503 when the store has failed.
control::Answered answer_with(Reply reply);
// The time of a query parameter (RFC 3339), zero when it is absent; nullopt and a problem otherwise.
std::optional<base::WallTime> time_of(const Request& request, const std::string& key, const Reply& reply);
// A UTC time for JSON, null for never.
boost::json::value time_json(base::WallTime at);
// "2026-11-22T15:00:00Z" or with an offset; nullopt otherwise.
std::optional<base::WallTime> parse_time(const std::string& text);
std::string render(const store::EventRow& row);
std::string render(const dialer::effect::AppendRow& row);

// The tables of each part, joined by all_routes().
std::vector<Route> campaign_routes(Service* service);
std::vector<Route> agent_routes(Service* service);
std::vector<Route> people_routes(Service* service);
std::vector<Route> routing_routes(Service* service);
std::vector<Route> code_routes(Service* service);
std::vector<Route> desk_routes(Service* service);
std::vector<Route> guide_routes(Service* service);
std::vector<Route> record_routes(Service* service);
std::vector<Route> dnc_routes(Service* service);
std::vector<Route> attempt_routes(Service* service);
std::vector<Route> analysis_routes(Service* service);
std::vector<Route> replay_routes(Service* service);
std::vector<Route> contact_routes(Service* service);
std::vector<Route> figure_routes(Service* service);
std::vector<Route> system_routes(Service* service);
std::vector<Route> user_routes(Service* service);
std::vector<Route> audit_routes(Service* service);
std::vector<Route> set_up_routes(Service* service);
std::vector<Route> webhook_routes(Service* service);
std::vector<Route> token_routes(Service* service);
std::vector<Route> prompt_routes(Service* service);
std::vector<Route> trunk_routes(Service* service);
// Every route of the interface; with nullptr only to be looked at (the contract's test).
std::vector<Route> all_routes(Service* service);

// An agent as an administrator set it up; beside it stands what it is doing.
boost::json::object agent_settings(const Service* service, const store::AgentRecord& agent,
                                   const std::vector<store::TeamRecord>& teams);

// What a path or a body names, name before id: the record, or nullptr.
const store::AgentRecord* agent_named(const std::vector<store::AgentRecord>& agents, const std::string& text);
const store::CampaignRecord* campaign_named(const std::vector<store::CampaignRecord>& campaigns,
                                            const std::string& text);
const store::ListRecord* list_named(const std::vector<store::ListRecord>& lists, const std::string& text);
const store::CodeRecord* code_named(const std::vector<store::CodeRecord>& codes, const std::string& text);

}  // namespace ziptone::api
