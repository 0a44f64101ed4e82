#include "server/api/desk.hpp"

#include <spdlog/spdlog.h>

#include "server/control/clock.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
namespace event = dialer::event;

constexpr base::milliseconds kJoin{10};    // a burst of rows is one snapshot
constexpr base::milliseconds kAgain{200};  // after the core was too busy to be asked
constexpr base::seconds kTick{5};          // counts of contacts move without a row of the agent's
constexpr base::seconds kAbsent{3};        // a page that loads anew is back by then
constexpr base::milliseconds kCatalogOld{500};

std::string failed(std::string_view reason, std::string_view text) {
  return js::serialize(js::object{{"type", "webrtc_failed"}, {"reason", reason}, {"text", text}});
}
std::string typed(std::string_view type) { return js::serialize(js::object{{"type", type}}); }

}  // namespace

const DeskCatalog* Desks::catalog() {
  const base::Instant now = control::now().mono;
  if (catalog_ && now - catalog_at_ < kCatalogOld) return &*catalog_;
  auto read = read_desk_catalog(*service_.reader);
  if (!read) {
    spdlog::error("desktops are not told: {}", base::to_string(read.error()));
    return nullptr;
  }
  catalog_ = std::move(*read);
  catalog_at_ = now;
  return &*catalog_;
}

// ---- tabs
Listener Desks::open(base::AgentId agent, const std::shared_ptr<Channel>& tab) {
  activate(agent, tab);
  if (!ticking_) tick();
  return {[this, agent, tab](const std::string& text) { hear(agent, tab, text); },
          [this, agent, tab] { left(agent, tab); }};
}

void Desks::activate(base::AgentId agent, const std::shared_ptr<Channel>& tab) {
  Desktop& desktop = desktops_[agent];
  if (desktop.active == tab) return;
  const auto before = std::exchange(desktop.active, tab);
  desktop.elsewhere.erase(tab);
  if (before) {
    desktop.elsewhere.insert(before);
    before->send(typed("elsewhere"));
  }
  ++desktop.absences;
  if (desktop.told_away) service_.control->insist(event::AgentReconnected{agent}, {});
  desktop.told_away = false;
  desktop.sent.clear();
  touch(agent);
}

void Desks::hear(base::AgentId agent, const std::shared_ptr<Channel>& tab, const std::string& text) {
  boost::system::error_code broken;
  const js::value frame = js::parse(text, broken);
  const auto* object = broken ? nullptr : frame.if_object();
  const auto* type = object ? object->if_contains("type") : nullptr;
  const auto* word = type ? type->if_string() : nullptr;
  if (!word) return;
  if (*word == "take") return activate(agent, tab);
  if (*word != "webrtc" || desktops_[agent].active != tab) return;
  const auto* sdp = object->if_contains("sdp");
  const auto* offer = sdp ? sdp->if_string() : nullptr;
  if (!offer) return tab->send(failed("not_negotiable", "the frame has no sdp"));
  const bool taken = service_.control->offer_webrtc(
      agent, std::string{*offer}, [this, tab](const control::WebrtcAnswer& answer) {
        service_.post([tab, answer] {
          if (!answer.reason.empty()) return tab->send(failed(answer.reason, answer.text));
          tab->send(js::serialize(js::object{{"type", "webrtc"}, {"sdp", answer.sdp}}));
        });
      });
  if (!taken) tab->send(failed("no_port", "the server is too busy; try again in a second"));
}

void Desks::voice_failed(base::AgentId agent, const control::WebrtcFailure& failure) {
  const auto at = desktops_.find(agent);
  if (at != desktops_.end() && at->second.active)
    at->second.active->send(failed(failure.reason, failure.text));
}

void Desks::left(base::AgentId agent, const std::shared_ptr<Channel>& tab) {
  const auto at = desktops_.find(agent);
  if (at == desktops_.end()) return;
  Desktop& desktop = at->second;
  desktop.elsewhere.erase(tab);
  if (desktop.active != tab) return;
  desktop.active.reset();
  service_.later(kAbsent, [this, agent, absence = ++desktop.absences] { missing(agent, absence); });
}

void Desks::missing(base::AgentId agent, std::uint64_t absence) {
  const auto at = desktops_.find(agent);
  if (at == desktops_.end() || at->second.absences != absence || at->second.active) return;
  at->second.told_away = true;
  service_.control->insist(event::AgentDisconnected{agent}, {});
}

// ---- what changed
void Desks::touch(const control::Control::Rows& rows) {
  for (const auto& row : rows) {
    if (row.machine == "contact") continue;
    for (auto& [agent, desktop] : desktops_) {
      const bool theirs = row.agent == agent || (row.attempt && row.attempt == desktop.attempt);
      if (desktop.active && (theirs || row.machine == "campaign")) dirty_.insert(agent);
    }
  }
  plan();
}

void Desks::touch(base::AgentId agent) {
  dirty_.insert(agent);
  plan();
}

void Desks::plan() {
  if (planned_ || dirty_.empty()) return;
  planned_ = true;
  service_.later(kJoin, [this] { flush(); });
}

void Desks::tick() {
  ticking_ = true;
  service_.later(kTick, [this] {
    for (const auto& [agent, desktop] : desktops_)
      if (desktop.active) dirty_.insert(agent);
    plan();
    tick();
  });
}

bool Desks::gather_for(std::vector<base::AgentId> agents, std::function<void(const DeskFacts&)> done) {
  std::vector<base::CampaignId> campaigns;
  if (const DeskCatalog* known = catalog())
    for (const auto& [id, campaign] : known->campaigns) campaigns.push_back(id);
  return service_.control->ask([this, agents = std::move(agents), campaigns = std::move(campaigns),
                                done = std::move(done)](const control::View& view) {
    service_.post([done, facts = gather(view, agents, campaigns)] { done(facts); });
  });
}

void Desks::flush() {
  planned_ = false;
  const std::vector<base::AgentId> agents{dirty_.begin(), dirty_.end()};
  if (agents.empty()) return;
  if (gather_for(agents, [this](const DeskFacts& facts) { push(facts); })) {
    dirty_.clear();
    return;
  }
  planned_ = true;
  service_.later(kAgain, [this] { flush(); });
}

void Desks::push(const DeskFacts& facts) {
  const DeskCatalog* known = catalog();
  if (!known) return;
  for (const auto& [agent, view] : facts.agents) {
    const auto at = desktops_.find(agent);
    if (at == desktops_.end() || !at->second.active) continue;
    Desktop& desktop = at->second;
    auto desk = render_desk(facts, *known, *service_.reader, agent);
    if (!desk) continue;
    desktop.attempt = view.attempt;
    js::object plain = *desk;
    plain.erase("now");
    plain.erase("sequence");
    std::string text = js::serialize(plain);
    if (text == desktop.sent) continue;
    desktop.sent = std::move(text);
    desktop.active->send(js::serialize(js::object{{"type", "desk"}, {"desk", std::move(*desk)}}));
  }
}

void Desks::show(base::AgentId agent, const Reply& reply) {
  const bool taken = gather_for({agent}, [this, agent, reply](const DeskFacts& facts) {
    const DeskCatalog* known = catalog();
    if (!known) return reply(unavailable());
    auto desk = render_desk(facts, *known, *service_.reader, agent);
    if (!desk)
      return reply(desk.error().where == "agent" ? not_found("agent")
                                                 : store_problem(service_, desk.error()));
    reply(json(*desk));
  });
  if (!taken) reply(unavailable());
}

}  // namespace ziptone::api
