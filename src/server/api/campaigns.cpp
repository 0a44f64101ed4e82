// Campaigns: settings, states, the gates and the counts.
#include "base/wall.hpp"
#include "server/api/rights.hpp"
#include "server/api/service.hpp"
#include "server/control/seed.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
namespace event = dialer::event;

std::optional<store::CampaignRecord> campaign_of(Service* service, const Request& request,
                                                 const Reply& reply) {
  const auto campaigns = service->reader->campaigns();
  if (!campaigns) {
    reply(store_problem(*service, campaigns.error()));
    return std::nullopt;
  }
  if (const auto* campaign = campaign_named(*campaigns, request.parts.at("campaign"))) return *campaign;
  reply(not_found("campaign"));
  return std::nullopt;
}

// A person who is called learns who it was and where to call back: no campaign starts without.
bool may_start(Service* service, base::CampaignId campaign, const Reply& reply) {
  const auto settings = control::settings_of(*service->reader, campaign);
  if (!settings) return true;  // put there by an older version: as it was
  const auto refuse = [&](const char* field, const char* reason, const char* mend) {
    reply(problem(409, "the campaign does not say who calls", reason, {{field, "is missing", mend}}));
    return false;
  };
  if (settings->brand.empty()) return refuse("brand", "no_brand", "write the name that people know");
  if (settings->callback_number.empty())
    return refuse("callback_number", "no_callback_number", "write where they can call back: +902121234567");
  return true;
}

template <class Event>
Route action(Service* service, std::string_view path) {
  return {"POST", path, Rights::supervisor, [service](const Request& request, const Reply& reply) {
            const auto campaign = campaign_of(service, request, reply);
            if (!campaign) return;
            if constexpr (std::is_same_v<Event, event::CampaignStarted>)
              if (!may_start(service, campaign->campaign.id, reply)) return;
            if (!service->control->tell(Event{campaign->campaign.id}, answer_with(reply)))
              reply(unavailable());
          }};
}

js::object render(const dialer::CampaignCounts& c) {
  return {{"total", c.total},
          {"ready", c.ready},
          {"leased", c.leased},
          {"retry_at", c.retry_at},
          {"done", c.done},
          {"exhausted", c.exhausted},
          {"suppressed", c.suppressed},
          {"callback_at", c.callback_at}};
}

// What the core knows of one campaign, copied on its thread.
struct Live {
  std::string state;
  std::optional<dialer::CampaignCounts> counts;
};

js::object render(Service* service, const store::CampaignRecord& record, const Live& live,
                  bool with_settings) {
  js::object o{{"id", record.campaign.id.value},
               {"name", record.name},
               {"state", live.state.empty() ? record.state : live.state}};
  if (live.counts) o["contacts"] = render(*live.counts);
  if (!with_settings) return o;
  if (const auto text = service->reader->setting("campaign/" + std::to_string(record.campaign.id.value));
      text && *text)
    o["settings"] = js::parse(**text);
  return o;
}

void show(Service* service, const std::vector<store::CampaignRecord>& records, bool one, const Reply& reply) {
  const bool taken = service->control->ask([=](const control::View& view) {
    std::vector<Live> live;
    for (const auto& record : records) {
      const auto state = view.dialer.campaign_state(record.campaign.id);
      live.push_back({state ? std::string{*state} : std::string{}, view.dialer.counts(record.campaign.id)});
    }
    service->post([=] {
      js::array list;
      for (std::size_t i = 0; i < records.size(); ++i)
        list.push_back(render(service, records[i], live[i], one));
      reply(one ? json(list.front()) : json(list));
    });
  });
  if (!taken) reply(unavailable());
}

// Durable first, then the core.
void write(Service* service, const config::CampaignSettings& settings, const control::Samples& message,
           const Reply& reply) {
  auto plan = control::plan_campaign(settings, *service->reader);
  if (!plan) return reply(store_problem(*service, plan.error()));
  const control::CampaignSounds sounds = control::sounds_of(plan->settings);
  service->store->write<store::CampaignRecord>(
      [plan = *plan](store::sqlite::Connection& db) { return control::write_campaign(db, plan); },
      [service, reply, sounds, message](const base::Result<store::CampaignRecord>& written) {
        if (!written) return reply(store_problem(*service, written.error()));
        const bool taken = service->control->campaign_written(
            *written, sounds, message, [service, reply, record = *written](const control::Answer&) {
              service->post([=] { show(service, {record}, true, reply); });
            });
        if (!taken) reply(unavailable());
      });
}

void put(Service* service, const Request& request, const Reply& reply) {
  boost::system::error_code broken;
  js::value body = js::parse(request.body, broken);
  if (broken || !body.is_object()) return reply(problem(422, "the body is no JSON object"));
  const auto campaigns = service->reader->campaigns();
  if (!campaigns) return reply(store_problem(*service, campaigns.error()));
  const auto* known = campaign_named(*campaigns, request.parts.at("campaign"));
  body.get_object()["name"] = known ? known->name : request.parts.at("campaign");
  auto settings = config::campaign_from_json(js::serialize(body));
  if (!settings) {
    std::vector<FieldError> errors;
    for (const base::Error& e : settings.error()) errors.push_back({e.where, e.what, e.mend});
    return reply(problem(422, "the settings have faults", {}, errors));
  }
  service->reading([service, reply, settings = *settings] {
    auto message = control::read_message(settings.message_file);
    if (!message)
      return reply(problem(422, "the settings have faults", {},
                           {{message.error().where, message.error().what, message.error().mend}}));
    service->post([=, samples = std::move(*message)] { write(service, settings, samples, reply); });
  });
}

void explain(Service* service, const Request& request, const Reply& reply) {
  const auto campaign = campaign_of(service, request, reply);
  if (!campaign) return;
  const bool taken = service->control->ask([=, record = *campaign](const control::View& view) {
    const auto explanation = view.dialer.explain(record.campaign.id, view.now);
    if (!explanation) return reply(not_found("campaign"));
    service->post([=] {
      js::array gates;
      for (const dialer::Gate& gate : explanation->gates) {
        js::object o{{"name", gate.name}, {"open", gate.open}, {"count", gate.count}};
        if (gate.opens_at) o["opens_at"] = base::to_iso(*gate.opens_at);
        gates.push_back(std::move(o));
      }
      reply(json({{"campaign", record.name}, {"dialing", explanation->dialing}, {"gates", gates}}));
    });
  });
  if (!taken) reply(unavailable());
}

void outcomes(Service* service, const Request& request, const Reply& reply) {
  const auto campaign = campaign_of(service, request, reply);
  if (!campaign) return;
  store::AttemptFilter filter;
  filter.campaign = campaign->campaign.id;
  const auto by_outcome = service->reader->outcome_counts(filter);
  const auto by_code = service->reader->code_counts(filter);
  const auto codes = service->reader->codes();
  if (!by_outcome || !by_code || !codes) return reply(unavailable());
  js::object detected, chosen;
  for (const auto& [outcome, count] : *by_outcome) detected[dialer::name(outcome)] = count;
  for (const auto& [code, count] : *by_code)
    for (const store::CodeRecord& record : *codes)
      if (record.id == code) chosen[record.name_en] = count;
  reply(json({{"outcomes", detected}, {"wrap_up_codes", chosen}}));
}

}  // namespace

std::vector<Route> campaign_routes(Service* s) {
  return {
      {"GET", "/api/v1/campaigns", Rights::supervisor,
       [s](const Request& r, const Reply& reply) {
         auto campaigns = s->reader->campaigns();
         if (!campaigns) return reply(store_problem(*s, campaigns.error()));
         std::erase_if(*campaigns, [&](const auto& record) { return !sees(*s->reader, r.who, record); });
         show(s, *campaigns, false, reply);
       }},
      // Before the campaign's own path: what a new one has where its settings say nothing.
      {"GET", "/api/v1/campaigns/defaults", Rights::supervisor,
       [](const Request&, const Reply& reply) {
         js::object o = js::parse(config::to_json({})).as_object();
         for (const char* own : {"name", "queue", "entry_point", "lists"}) o.erase(own);
         reply(json(o));
       }},
      {"GET", "/api/v1/campaigns/{campaign}", Rights::supervisor,
       [s](const Request& r, const Reply& reply) {
         if (auto campaign = campaign_of(s, r, reply)) show(s, {*campaign}, true, reply);
       }},
      {"PUT", "/api/v1/campaigns/{campaign}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put(s, r, reply); }},
      action<event::CampaignStarted>(s, "/api/v1/campaigns/{campaign}/start"),
      action<event::CampaignPaused>(s, "/api/v1/campaigns/{campaign}/pause"),
      action<event::CampaignStarted>(s, "/api/v1/campaigns/{campaign}/resume"),
      action<event::CampaignStopped>(s, "/api/v1/campaigns/{campaign}/stop"),
      action<event::EmergencyStopped>(s, "/api/v1/campaigns/{campaign}/emergency-stop"),
      {"GET", "/api/v1/campaigns/{campaign}/explain", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { explain(s, r, reply); }},
      {"GET", "/api/v1/campaigns/{campaign}/outcomes", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { outcomes(s, r, reply); }},
  };
}

}  // namespace ziptone::api
