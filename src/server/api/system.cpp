// Health, metrics and the stream of events.
#include "server/api/service.hpp"
#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

void health(Service* service, const Reply& reply) {
  const auto uptime_s = base::millis(control::now().mono - service->started_at) / 1000;
  const auto say = [=](std::string_view status, int code) {
    reply(json({{"status", status}, {"version", ZIPTONE_VERSION}, {"uptime_s", uptime_s}}, code));
  };
  if (service->control->store_failed()) return say("store_failed", 503);
  if (service->stopping()) return say("stopping", 503);
  // The control thread itself answers, so that a stuck one is not called healthy.
  const bool taken = service->control->ask([=](const control::View& view) {
    if (view.lines.held_back()) return say("busy", 503);
    say("ok", 200);
  });
  if (!taken) say("busy", 503);
}

}  // namespace

std::vector<Route> system_routes(Service* s) {
  // The server answers this one itself (server.cpp).
  Route events{"GET", "/api/v1/events", Rights::administrator, {}};
  events.stream = true;
  return {
      {"GET", "/health", Rights::open, [s](const Request&, const Reply& reply) { health(s, reply); }},
      {"GET", "/metrics", Rights::administrator,
       [s](const Request&, const Reply& reply) {
         s->metrics([reply](std::string text) {
           reply({200, "text/plain; version=0.0.4", std::move(text)});
         });
       }},
      std::move(events),
  };
}

}  // namespace ziptone::api
