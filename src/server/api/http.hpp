// Requests, answers and routes as plain values; the socket side is server.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ziptone::api {

// Who asks, as the token or the session says.
struct Asker {
  std::string role;         // administrator, supervisor, agent; read, operate: a token's scope; empty: nobody
  std::uint64_t agent = 0;  // id of role agent, else 0
  std::string user;         // sign-in name of the session; empty: a token
  std::uint64_t user_id = 0;              // of the session; 0: a token
  std::vector<std::uint64_t> teams = {};  // ids, of role supervisor
  std::string token = {};                 // name of the token; empty: a session
};

struct Request {
  std::string method;
  std::string path;                          // as sent, without the query
  std::map<std::string, std::string> parts;  // {campaign} and the like, decoded
  std::map<std::string, std::string> query;  // decoded
  std::string body;                          // up to 1 MiB
  std::string body_file;                     // of an upload: where its body lies; removed after the answer
  std::string session;                       // value of the cookie ziptone_session
  std::string token;                         // of "Authorization: Bearer"; empty: none
  std::string address;                       // the client's IP
  bool secure = false;                       // the browser speaks HTTPS, to us or to a proxy before us
  std::string idempotency_key;               // of the header Idempotency-Key; empty: none
  Asker who;                                 // whom the server let in; nobody on an open route
  bool used = true;                          // false: looked at again while it is open, which is no use of it
  std::string text(const std::string& key) const {  // of the query; empty when absent
    const auto at = query.find(key);
    return at == query.end() ? std::string{} : at->second;
  }
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // besides those of every answer
};
// Once, from any thread.
using Reply = std::function<void(Response)>;

// A client's WebSocket. On the api thread, like everything that is heard from it.
class Channel {
 public:
  virtual ~Channel() = default;
  // One text frame. Dropped when the client is gone; a client that reads too slowly is sent away (1008).
  virtual void send(std::string text) = 0;
};
// What a route makes of a WebSocket: called on the api thread, `gone` once and nothing after it.
struct Listener {
  std::function<void(const std::string& text)> heard;
  std::function<void()> gone;
};

// Who may use a route. Each lets in those after it too; a supervisor only to the {agent}s and {campaign}s of
// the supervisor's own teams, an agent only to the {agent} who that is.
enum class Rights : std::uint8_t {
  open,        // anybody
  session,     // whoever is signed in, with a password that must be changed too
  signed_in,   // every role
  self_agent,  // the agent of the path
  supervisor,  // of a team of what the path names; what names nothing answers with what is theirs
  administrator
};
// What the server makes of a request before its route sees it.
enum class Verdict : std::uint8_t {
  granted,
  unknown,  // nobody is signed in: 401
  refused,  // 403
  hidden    // as if it were not there: 404
};

struct Route {
  std::string_view method;
  std::string_view path;  // "/api/v1/agents/{agent}/hold"
  Rights rights;
  std::function<void(const Request&, Reply)> handle;
  bool upload = false;  // the body goes to a file
  bool stream = false;  // a WebSocket: of event rows, or what `live` makes of it
  std::function<Listener(const Request&, std::shared_ptr<Channel>)> live = {};
  std::function<std::optional<Response>(const Request&)> admit = {};  // of `live`: why it is refused
};

// The parts when the path fits the pattern.
std::optional<std::map<std::string, std::string>> match(std::string_view pattern, std::string_view path);
// %XX decoded; nullopt when malformed.
std::optional<std::string> decode(std::string_view text);
// A whole number in decimal digits and nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);
std::map<std::string, std::string> parse_query(std::string_view query);
// The value of one cookie of a Cookie header (RFC 6265 4.2.1); empty when it is not there.
std::string cookie_of(std::string_view header, std::string_view name);
// Whether an Origin header (RFC 6454 7) is of the server that the Host header names. Over TLS it is https's
// alone; without, a proxy before us may have taken the TLS away.
bool own_origin(std::string_view origin, std::string_view host, bool secure);

// One fault of what was sent, in the field's name.
struct FieldError {
  std::string field, what, mend;
};
Response problem(int status, std::string_view title, std::string_view reason = {},
                 const std::vector<FieldError>& errors = {});

}  // namespace ziptone::api
