// A trunk's settings as one list of fields, which the TOML file, the API's JSON and the store share.
#include "server/config/trunk.hpp"

#include "base/named.hpp"
#include "server/config/json.hpp"
#include "server/config/reader.hpp"
#include "server/config/writer.hpp"

namespace ziptone::config {
namespace {

using signalling::NumberFormat;
using signalling::Prack;
using signalling::Transport;

constexpr std::array<Choice<Transport>, 3> kTransports = {
    {{"udp", Transport::udp}, {"tcp", Transport::tcp}, {"tls", Transport::tls}}};
constexpr std::array<Choice<Prack>, 3> kPrack = {
    {{"off", Prack::off}, {"supported", Prack::supported}, {"required", Prack::required}}};
constexpr std::array<Choice<NumberFormat>, 3> kFormats = {{{"e164_plus", NumberFormat::e164_plus},
                                                           {"e164", NumberFormat::e164},
                                                           {"national", NumberFormat::national}}};

template <class V>
void fields(V& r, TrunkSettings& trunk) {
  r.required("name", trunk.sip.name);
  r.choice("transport", trunk.sip.transport, of(kTransports));
  r.required("host", trunk.sip.host);
  r.number("port", trunk.sip.port, 0, 65535);
  r.text("outbound_proxy", trunk.sip.outbound_proxy);
  r.text("domain", trunk.sip.domain);
  r.flag("registers", trunk.sip.registers);
  r.time("register_s", trunk.sip.register_expires, 30, 86400);
  r.text("username", trunk.sip.username);
  r.text("realm", trunk.sip.realm);
  r.text("password", trunk.sip.password);
  r.real("cps", trunk.cps, 0.01, 1000);
  r.number("channels", trunk.channels, 1, 100000);
  r.time("options_s", trunk.sip.options_interval, 0, 3600);
  r.time("response_ms_max", trunk.sip.response_limit, 500, 32000);
  r.choice("to_format", trunk.sip.to_format, of(kFormats));
  r.choice("caller_id_format", trunk.sip.caller_id_format, of(kFormats));
  r.text("country_code", trunk.sip.country_code);
  r.flag("p_asserted_identity", trunk.sip.p_asserted_identity);
  r.time("session_s", trunk.sip.session_expires, 0, 86400);
  r.choice("prack", trunk.sip.prack, of(kPrack));
  r.texts("sources", trunk.sip.sources);
  r.text("tls_ca_file", trunk.sip.tls_ca_file);
  r.flag("tls_verify", trunk.sip.tls_verify);
}

}  // namespace

void read_trunk(Reader& r, TrunkSettings& trunk) {
  fields(r, trunk);
  if (!trunk.sip.password.empty() && trunk.sip.realm.empty())
    r.fault("realm", "is missing", "write the realm that the password is for; no other is answered");
  if (trunk.sip.registers && trunk.sip.username.empty())
    r.fault("username", "is missing", "write the user that registers");
}

base::Result<TrunkSettings, Faults> trunk_from_json(const std::string& json) {
  Faults faults;
  const toml::table table = table_from_json(json, faults);
  if (!faults.empty()) return tl::unexpected{std::move(faults)};
  TrunkSettings trunk;
  Reader reader{table, "", "", faults};
  read_trunk(reader, trunk);
  reader.finish();
  if (!faults.empty()) return tl::unexpected{std::move(faults)};
  return trunk;
}

std::string to_json(const TrunkSettings& trunk) {
  TrunkSettings copy = trunk;
  toml::table table;
  Writer writer{table};
  fields(writer, copy);
  return json_of(table);
}

}  // namespace ziptone::config
