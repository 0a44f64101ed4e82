// What an agent's desktop reads, and what it does besides what agents.cpp has: note, callback, do-not-call,
// keypad; and the idle codes.
#include "server/api/actions.hpp"
#include "server/api/desk.hpp"
#include "server/control/clock.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;
namespace event = dialer::event;

constexpr std::size_t kNoteMax = 8000;  // bytes: a page and a half

// The attempt of the body: on this agent's screen, now or before; or a refusal already given.
std::optional<base::AttemptId> own_attempt(Service* s, const js::object& body, base::AgentId agent,
                                           const Reply& reply) {
  std::int64_t id = 0;
  if (!whole(body, "attempt", 1, INT64_MAX, id, reply)) return std::nullopt;
  const base::AttemptId attempt{static_cast<std::uint64_t>(id)};
  const auto owner = s->reader->agent_of(attempt);
  if (!owner) {
    reply(store_problem(*s, owner.error()));
    return std::nullopt;
  }
  if (attempt && *owner == agent) return attempt;
  reply(problem(422, "that is no attempt of this agent", {},
                {{"attempt", "unknown", "send the attempt of the desk"}}));
  return std::nullopt;
}

void note(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"attempt", "text"}, reply)) return;
  const auto agent = agent_of(s, request.parts.at("agent"), reply);
  if (!agent) return;
  const auto attempt = own_attempt(s, *body, agent->agent.id, reply);
  if (!attempt) return;
  const std::string text = text_of(*body, "text");
  if (text.size() > kNoteMax)
    return reply(problem(422, "the note is too long", {},
                         {{"text", "is too long", "write at most " + std::to_string(kNoteMax) + " bytes"}}));
  s->store->write<bool>(
      [=, id = agent->agent.id,
       at = control::wall_now()](store::sqlite::Connection& db) -> base::Result<bool> {
        if (auto done = store::put_note(db, *attempt, id, text, at); !done)
          return tl::unexpected{done.error()};
        return true;
      },
      [=, id = agent->agent.id](const base::Result<bool>& written) {
        s->post([=] {
          if (!written) return reply(store_problem(*s, written.error()));
          s->desks->touch(id);
          reply(json({{"accepted", true}}));
        });
      });
}

void callback(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"attempt", "at", "who"}, reply)) return;
  const auto agent = agent_of(s, request.parts.at("agent"), reply);
  if (!agent) return;
  event::CallbackAsked asked;
  asked.agent = agent->agent.id;
  std::int64_t attempt = 0;
  if (!whole(*body, "attempt", 1, INT64_MAX, attempt, reply)) return;
  asked.attempt = {static_cast<std::uint64_t>(attempt)};
  const auto* at = body->if_contains("at");
  if (!at || !at->is_null()) {
    const auto time = parse_time(text_of(*body, "at"));
    if (!time)
      return reply(problem(422, "a field is malformed", {},
                           {{"at", "no date and time", "write 2026-11-22T15:00:00+03:00, or null: none"}}));
    asked.at = *time;
  }
  const std::string who = text_of(*body, "who");
  if (who == "me")
    asked.callback_agent = asked.agent;
  else if (!who.empty() && who != "anyone")
    return reply(problem(422, "a field is malformed", {}, {{"who", "unknown", "write me or anyone"}}));
  tell(s, asked, reply);
}

void do_not_call(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  std::int64_t attempt = 0;
  if (!body || refuse_unknown(*body, {"attempt"}, reply) ||
      !whole(*body, "attempt", 1, INT64_MAX, attempt, reply))
    return;
  if (const auto agent = agent_of(s, request.parts.at("agent"), reply))
    tell(s, event::DoNotCallAsked{agent->agent.id, {static_cast<std::uint64_t>(attempt)}}, reply);
}

// The agent agrees that it is no person: the call is over, and no code is owed.
void accept_machine(Service* s, const Request& request, const Reply& reply) {
  if (request.who.agent == 0) return reply(problem(404, "a desk belongs to an agent", "no_agent"));
  const auto body = body_of(request, reply);
  std::int64_t attempt = 0;
  if (!body || refuse_unknown(*body, {"attempt"}, reply) ||
      !whole(*body, "attempt", 1, INT64_MAX, attempt, reply))
    return;
  tell(s, event::MachineAccepted{base::AgentId{request.who.agent}, {static_cast<std::uint64_t>(attempt)}},
       reply);
}

void keypad(Service* s, const Request& request, const Reply& reply) {
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"digits"}, reply)) return;
  if (const auto agent = agent_of(s, request.parts.at("agent"), reply))
    tell(s, event::KeypadPressed{agent->agent.id, text_of(*body, "digits")}, reply);
}

js::object render(const store::IdleCodeRecord& code) {
  return {{"id", code.id}, {"name_tr", code.name_tr}, {"name_en", code.name_en}, {"enabled", code.enabled}};
}

void idle_codes(Service* s, const Reply& reply) {
  const auto codes = s->reader->idle_codes();
  if (!codes) return reply(store_problem(*s, codes.error()));
  js::array list;
  for (const store::IdleCodeRecord& code : *codes) list.push_back(render(code));
  reply(json(list));
}

void put_idle_code(Service* s, const Request& request, const Reply& reply) {
  const auto id = parse_number(request.parts.at("code"));
  if (!id || *id < 1 || *id > 65535) return reply(not_found("idle code"));
  const auto body = body_of(request, reply);
  if (!body || refuse_unknown(*body, {"name_tr", "name_en", "enabled"}, reply)) return;
  store::IdleCodeRecord record;
  record.id = static_cast<std::uint16_t>(*id);
  record.name_tr = text_of(*body, "name_tr");
  record.name_en = text_of(*body, "name_en");
  if (const auto* enabled = body->if_contains("enabled"); enabled && enabled->is_bool())
    record.enabled = enabled->get_bool();
  s->store->write<bool>(
      [record](store::sqlite::Connection& db) -> base::Result<bool> {
        if (auto done = store::put_idle_code(db, record); !done) return tl::unexpected{done.error()};
        return true;
      },
      [s, reply, record](const base::Result<bool>& written) {
        if (!written) return reply(store_problem(*s, written.error()));
        reply(json(render(record)));
      });
}

}  // namespace

std::vector<Route> desk_routes(Service* s) {
  Route live{"GET", "/api/v1/desk/live", Rights::signed_in, {}};
  live.stream = true;
  live.live = [s](const Request& request, const std::shared_ptr<Channel>& tab) {
    return s->desks->open(base::AgentId{request.who.agent}, tab);
  };
  live.admit = [](const Request& request) -> std::optional<Response> {
    if (request.who.agent != 0) return std::nullopt;
    return problem(404, "a desk belongs to an agent", "no_agent");
  };
  return {
      {"GET", "/api/v1/desk", Rights::signed_in,
       [s](const Request& r, const Reply& reply) {
         if (r.who.agent == 0) return reply(problem(404, "a desk belongs to an agent", "no_agent"));
         s->desks->show(base::AgentId{r.who.agent}, reply);
       }},
      std::move(live),
      {"POST", "/api/v1/desk/accept-machine", Rights::signed_in,
       [s](const Request& r, const Reply& reply) { accept_machine(s, r, reply); }},
      {"POST", "/api/v1/agents/{agent}/note", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { note(s, r, reply); }},
      {"POST", "/api/v1/agents/{agent}/callback", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { callback(s, r, reply); }},
      {"POST", "/api/v1/agents/{agent}/dnc", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { do_not_call(s, r, reply); }},
      {"POST", "/api/v1/agents/{agent}/dtmf", Rights::self_agent,
       [s](const Request& r, const Reply& reply) { keypad(s, r, reply); }},
      {"GET", "/api/v1/idle-codes", Rights::signed_in,
       [s](const Request&, const Reply& reply) { idle_codes(s, reply); }},
      {"PUT", "/api/v1/idle-codes/{code}", Rights::administrator,
       [s](const Request& r, const Reply& reply) { put_idle_code(s, r, reply); }},
  };
}

}  // namespace ziptone::api
