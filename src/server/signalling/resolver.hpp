// From a trunk's name to the addresses to send to (RFC 3263: NAPTR, SRV, A and AAAA), ahead of any call: an
// INVITE never waits for DNS.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/signalling/loop.hpp"
#include "server/signalling/message.hpp"

struct sres_resolver_s;

namespace ziptone::signalling {

// A target with its rank among its like (RFC 2782): lower priority first, weight shares the load.
struct Ranked {
  Target target;
  unsigned priority = 0;
  unsigned weight = 0;
};

class Resolver {
 public:
  // `resolv_conf`: path of a file in resolv.conf's format; empty: the system's.
  Resolver(Loop& loop, const std::string& resolv_conf);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Calls `done` once, at the latest after 8 s; an empty list when the name leads nowhere. `ttl` is how long
  // the answer may be used. Searches still running end with the Resolver, unanswered.
  using Done = std::function<void(std::vector<Ranked> targets, base::Duration ttl)>;
  void find(const std::string& host, std::uint16_t port, Transport transport, Done done);

 private:
  class Search;
  struct Record;
  class Question;
  using Records = std::vector<Record>;
  void ask(int type, const std::string& name, std::function<void(const Records&)> answer);
  void forget(Search* search);

  Loop& loop_;
  ::sres_resolver_s* sres_ = nullptr;
  std::vector<std::unique_ptr<Search>> searches_;
  std::vector<std::unique_ptr<Question>> questions_;
};

}  // namespace ziptone::signalling
