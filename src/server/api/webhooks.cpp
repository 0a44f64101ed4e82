// Webhooks: who is told of what, and what became of it. Administrators only.
#include "server/api/webhooks.hpp"

#include <algorithm>

#include "server/api/entities.hpp"
#include "server/api/views.hpp"
#include "server/control/clock.hpp"
#include "server/webhooks/outbox.hpp"
#include "server/webhooks/url.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
using store::WebhookEvent;

constexpr std::size_t kSecretMin = 16, kSecretMax = 200;
constexpr std::size_t kWebhooksMax = 20;

std::string_view word(WebhookEvent event) { return store::kWebhookEvents[static_cast<std::size_t>(event)]; }

// ---- what is told
js::value parsed(const std::string& text) {
  boost::system::error_code broken;
  js::value value = js::parse(text, broken);
  return broken ? js::value(nullptr) : value;
}

base::Result<> add_guide(store::Reader& reader, base::AttemptId attempt, js::object& told) {
  const auto answers = reader.guide_answers(attempt);
  if (!answers) return tl::unexpected{answers.error()};
  const auto guides = reader.guides();
  if (!guides) return tl::unexpected{guides.error()};
  if (!*answers) return {};
  js::object guide{
      {"name", nullptr}, {"version", (*answers)->version}, {"answers", parsed((*answers)->answers)}};
  for (const store::GuideVersion& one : *guides)
    if (one.guide == (*answers)->guide) guide["name"] = one.name;
  guide["suggested_code"] = (*answers)->code.empty() ? js::value(nullptr) : js::value((*answers)->code);
  told["guide"] = std::move(guide);
  return {};
}

base::Result<std::string> render_news(store::Reader& reader, const store::WebhookNews& news) {
  js::object told{{"event", word(news.event)}, {"at", time_json(news.at)}};
  const auto found = reader.attempts({}, {news.attempt.value + 1}, 1);
  const auto codes = code_names(reader);
  const auto campaigns = reader.campaigns();
  const auto agents = reader.agents();
  if (!found) return tl::unexpected{found.error()};
  if (!codes) return tl::unexpected{codes.error()};
  if (!campaigns) return tl::unexpected{campaigns.error()};
  if (!agents) return tl::unexpected{agents.error()};
  if (found->empty() || found->front().id != news.attempt) return js::serialize(told);
  const store::AttemptView& attempt = found->front();
  const auto contact = reader.contact(attempt.contact);
  if (!contact) return tl::unexpected{contact.error()};
  told["attempt"] = render(attempt, *codes);
  told["contact"] = *contact ? js::value(render(**contact)) : js::value(nullptr);
  for (const auto& campaign : *campaigns)
    if (campaign.campaign.id == attempt.campaign) told["campaign"] = campaign.name;
  told["agent"] = nullptr;
  for (const auto& agent : *agents)
    if (agent.agent.id == attempt.talked) told["agent"] = agent.sign_in;
  if (news.event == WebhookEvent::wrap_up)
    for (const js::value& one : told["attempt"].at("wrap_ups").as_array())
      if (one.at("at") == time_json(news.at)) told["wrap_up"] = one;
  if (news.event == WebhookEvent::guide_submitted)
    if (auto added = add_guide(reader, news.attempt, told); !added) return tl::unexpected{added.error()};
  return js::serialize(told);
}

// ---- what is shown and set
js::object render(const store::WebhookRecord& webhook) {
  js::array events;
  for (const WebhookEvent event : webhook.events) events.emplace_back(word(event));
  return {{"name", webhook.name},
          {"url", webhook.url},
          {"events", std::move(events)},
          {"enabled", webhook.enabled}};
}

js::object render(const store::DeliveryRecord& d) {
  const bool waits = d.state == store::DeliveryState::waiting;
  return {{"id", d.id},
          {"key", d.key},
          {"event", word(d.event)},
          {"attempt", d.attempt ? js::value(d.attempt.value) : js::value(nullptr)},
          {"state", store::kDeliveryStates[static_cast<std::size_t>(d.state)]},
          {"tries", d.tries},
          {"next_at", waits ? time_json(d.next_at) : js::value(nullptr)},
          {"status", d.status ? js::value(d.status) : js::value(nullptr)},
          {"error", d.error.empty() ? js::value(nullptr) : js::value(d.error)},
          {"at", time_json(d.at)}};
}

// The webhook of the path; else the refusal is given already.
std::optional<store::WebhookRecord> webhook_of(Service* s, const Request& request, const Reply& reply) {
  const auto all = s->webhooks->all();
  if (!all) return reply(store_problem(*s, all.error())), std::nullopt;
  for (const store::WebhookRecord& one : *all)
    if (one.name == request.parts.at("webhook")) return one;
  reply(not_found("webhook"));
  return std::nullopt;
}

void list(Service* s, const Reply& reply) {
  const auto all = s->webhooks->all();
  if (!all) return reply(store_problem(*s, all.error()));
  js::array shown;
  for (const store::WebhookRecord& one : *all) shown.push_back(render(one));
  reply(json(shown));
}

std::optional<std::vector<WebhookEvent>> events_of(const js::object& body, const Reply& reply) {
  const auto names = texts_of(body, "events", reply);
  if (!names) return std::nullopt;
  std::vector<WebhookEvent> events;
  for (const std::string& name : *names) {
    const auto* at = std::find(store::kWebhookEvents.begin(), store::kWebhookEvents.end() - 1, name);
    if (at == store::kWebhookEvents.end() - 1)
      return refuse_field(reply, "events", "there is no event \"" + name + "\"",
                          "write attempt_ended, wrap_up or guide_submitted"),
             std::nullopt;
    const auto event = static_cast<WebhookEvent>(at - store::kWebhookEvents.begin());
    if (std::find(events.begin(), events.end(), event) == events.end()) events.push_back(event);
  }
  if (events.empty())
    return refuse_field(reply, "events", "is empty", "name at least one event"), std::nullopt;
  return events;
}

bool take_fields(const js::object& body, store::WebhookRecord& record, const Reply& reply) {
  if (body.contains("url") || record.url.empty()) record.url = text_of(body, "url");
  if (const auto url = webhooks::parse_url(record.url); !url)
    return refuse_field(reply, "url", url.error().what, url.error().mend), false;
  if (body.contains("secret") || record.secret.empty()) record.secret = text_of(body, "secret");
  if (record.secret.size() < kSecretMin || record.secret.size() > kSecretMax)
    return refuse_field(reply, "secret", "has not 16 to 200 characters",
                        "write a random one, which the receiver knows too"),
           false;
  if (body.contains("events") || record.events.empty()) {
    auto events = events_of(body, reply);
    if (!events) return false;
    record.events = std::move(*events);
  }
  const js::value* enabled = body.if_contains("enabled");
  if (enabled && !enabled->is_bool())
    return refuse_field(reply, "enabled", "is neither true nor false", "write true or false"), false;
  if (enabled) record.enabled = enabled->get_bool();
  return true;
}

void put(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"url", "secret", "events", "enabled"}, reply)) return;
  const auto all = s->webhooks->all();
  if (!all) return reply(store_problem(*s, all.error()));
  store::WebhookRecord record;
  const std::string& path = request.parts.at("webhook");
  for (const store::WebhookRecord& one : *all)
    if (one.name == path) record = one;
  if (record.id == 0) {
    const auto name = new_name(path, reply);
    if (!name) return;
    if (all->size() >= kWebhooksMax)
      return reply(problem(409, "there are 20 webhooks already: take one away", "too_many"));
    record.name = *name;
  }
  if (!take_fields(*body, record, reply)) return;
  write_entity<bool>(
      s, [record](auto& db) { return store::put_webhook(db, record); }, reply,
      [s, record, reply](const bool&) {
        s->outbox->changed();
        reply(json(render(record)));
      });
}

void remove(Service* s, const Request& request, const Reply& reply) {
  write_entity<bool>(
      s, [name = request.parts.at("webhook")](auto& db) { return store::remove_webhook(db, name); }, reply,
      [s, reply](const bool& there) {
        if (!there) return reply(not_found("webhook"));
        s->outbox->changed();
        reply(json({{"accepted", true}}));
      });
}

void deliveries(Service* s, const Request& request, const Reply& reply) {
  const auto page = page_of(request, "before", reply);
  if (!page) return;
  const auto webhook = webhook_of(s, request, reply);
  if (!webhook) return;
  std::optional<store::DeliveryState> state;
  if (const std::string wanted = request.text("state"); !wanted.empty()) {
    const auto* at = std::find(store::kDeliveryStates.begin(), store::kDeliveryStates.end(), wanted);
    if (at == store::kDeliveryStates.end())
      return reply(problem(422, "a parameter names nothing", {},
                           {{"state", "there is no such state", "write waiting, delivered or failed"}}));
    state = static_cast<store::DeliveryState>(at - store::kDeliveryStates.begin());
  }
  const auto found = s->webhooks->deliveries(webhook->id, state, page->cursor, page->limit);
  if (!found) return reply(store_problem(*s, found.error()));
  js::array shown;
  for (const store::DeliveryRecord& one : *found) shown.push_back(render(one));
  reply(json(shown));
}

void again(Service* s, const Request& request, const Reply& reply) {
  const auto webhook = webhook_of(s, request, reply);
  if (!webhook) return;
  const auto id = parse_number(request.parts.at("delivery"));
  if (!id || *id >= INT64_MAX) return reply(not_found("delivery"));
  write_entity<bool>(
      s,
      [webhook = webhook->id, id = *id, now = control::wall_now()](auto& db) {
        return store::deliver_again(db, webhook, id, now);
      },
      reply,
      [s, reply](const bool& there) {
        if (!there) return reply(not_found("delivery"));
        s->outbox->changed();
        reply(json({{"accepted", true}}));
      });
}

void test(Service* s, const Request& request, const Reply& reply) {
  const auto webhook = webhook_of(s, request, reply);
  if (!webhook) return;
  if (!webhook->enabled)
    return reply(problem(409, "the webhook is switched off: switch it on first", "switched_off"));
  store::DeliveryRecord delivery;
  delivery.webhook = webhook->id;
  delivery.key = webhooks::new_key();
  delivery.at = control::wall_now();
  delivery.body = js::serialize(js::object{{"event", "test"}, {"at", time_json(delivery.at)}});
  write_entity<bool>(
      s, [delivery](auto& db) { return store::add_delivery(db, delivery); }, reply,
      [s, reply](const bool&) {
        s->outbox->changed();
        reply(json({{"accepted", true}}));
      });
}

}  // namespace

base::Result<std::unique_ptr<webhooks::Outbox>> open_outbox(store::Store& store, bool allow_private) {
  auto news = store::Webhooks::open(store.database());
  if (!news) return tl::unexpected{news.error()};
  auto reader = store::Reader::open(store.database());
  if (!reader) return tl::unexpected{reader.error()};
  return std::make_unique<webhooks::Outbox>(
      store, std::move(*news),
      [reader = std::make_shared<store::Reader>(std::move(*reader))](const store::WebhookNews& one) {
        return render_news(*reader, one);
      },
      control::wall_now, allow_private);
}

std::vector<Route> webhook_routes(Service* s) {
  return {
      {"GET", "/api/v1/webhooks", Rights::administrator,
       [s](const Request&, const Reply& reply) { list(s, reply); }},
      {"PUT", "/api/v1/webhooks/{webhook}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put(s, r, reply); }},
      {"DELETE", "/api/v1/webhooks/{webhook}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { remove(s, r, reply); }},
      {"GET", "/api/v1/webhooks/{webhook}/deliveries", Rights::administrator,
       [s](const Request& r, const Reply& reply) { deliveries(s, r, reply); }},
      {"POST", "/api/v1/webhooks/{webhook}/deliveries/{delivery}/again", Rights::administrator,
       [s](const Request& r, const Reply& reply) { again(s, r, reply); }},
      {"POST", "/api/v1/webhooks/{webhook}/test", Rights::administrator,
       [s](const Request& r, const Reply& reply) { test(s, r, reply); }},
  };
}

}  // namespace ziptone::api
