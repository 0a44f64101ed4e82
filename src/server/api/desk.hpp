// The agents' desktops that are open: each has the newest snapshot pushed when a durable row touches its
// agent, its attempt or one of its campaigns. Lives on the api thread.
//
// Of several tabs of one agent the newest is the active one. An agent whose desktop had an active tab and has
// none for three seconds is told to the core as disconnected; nobody is who never opened one (desk phones).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/api/desk_view.hpp"
#include "server/api/service.hpp"

namespace ziptone::api {

class Desks {
 public:
  explicit Desks(Service& service) : service_(service) {}

  // A tab, until its listener hears that it is gone.
  Listener open(base::AgentId agent, const std::shared_ptr<Channel>& tab);
  // One snapshot now.
  void show(base::AgentId agent, const Reply& reply);

  void touch(const control::Control::Rows& rows);  // they are durable
  // The agent's voice in the browser ended without being asked.
  void voice_failed(base::AgentId agent, const control::WebrtcFailure& failure);
  void touch(base::AgentId agent);  // what the store has of its call changed

  // What is configured, at most half a second old; nullptr: the store can't be read.
  const DeskCatalog* catalog();

 private:
  struct Desktop {
    std::shared_ptr<Channel> active;
    std::set<std::shared_ptr<Channel>> elsewhere;
    std::string sent;            // the last snapshot without its clock, to send only what is new
    base::AttemptId attempt;     // in that snapshot
    bool told_away = false;      // the core knows that nobody looks
    std::uint64_t absences = 0;  // counted, so that a late timer knows whether it is still meant
  };
  void activate(base::AgentId agent, const std::shared_ptr<Channel>& tab);
  void hear(base::AgentId agent, const std::shared_ptr<Channel>& tab, const std::string& text);
  void left(base::AgentId agent, const std::shared_ptr<Channel>& tab);
  void missing(base::AgentId agent, std::uint64_t absence);
  void plan();
  void flush();
  void push(const DeskFacts& facts);
  void tick();
  // Copies what the core knows and comes back with it; false: it is too busy.
  bool gather_for(std::vector<base::AgentId> agents, std::function<void(const DeskFacts&)> done);

  Service& service_;
  std::map<base::AgentId, Desktop> desktops_;
  std::set<base::AgentId> dirty_;
  bool planned_ = false;
  bool ticking_ = false;
  std::optional<DeskCatalog> catalog_;
  base::Instant catalog_at_{};
};

}  // namespace ziptone::api
