// The audit log: every change that came over the interface, by whom, and what it was before and after. On the
// disk before the change is answered; a change whose answer never left may lack its line. What agents do with
// their own calls is not here: the events have it. Used on the api thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "server/api/service.hpp"

namespace ziptone::api {

// "ayse", "token:first"; empty: nobody.
std::string name_of(const Asker& who);
// JSON without the values of passwords, secrets, tokens and keypad digits; empty when it is none.
std::string without_secrets(const std::string& json);

class Audit {
 public:
  // Before and after are what `routes` themselves show of the thing: the GET of its path, or its line in the
  // list that it stands in.
  Audit(Service* service, std::vector<Route> routes) : service_(service), routes_(std::move(routes)) {}
  // Calls the route's handler.
  void perform(const Route& route, const Request& request, const Reply& reply);

 private:
  struct Shown {
    const Route* by = nullptr;  // nullptr: nothing shows it
    bool in_a_list = false;
  };
  Shown shown(const Route& changing) const;
  // As it is now; empty: not there.
  void look(const Route& changing, const Request& request, const std::function<void(std::string)>& seen);
  void write(const Route& route, const Request& request, std::string before, std::string after,
             const Response& response, const Reply& reply);

  Service* service_;
  std::vector<Route> routes_;
};

}  // namespace ziptone::api
