// The TOML file: one function a section, then the checks between sections.
#include "server/config/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/named.hpp"
#include "phone/number.hpp"
#include "server/config/campaign.hpp"
#include "server/config/reader.hpp"
#include "server/config/trunk.hpp"

namespace ziptone::config {
namespace {

using signalling::PhoneDigest;

constexpr std::array<Choice<PhoneDigest>, 3> kPhoneDigests = {
    {{"md5", PhoneDigest::md5}, {"sha256", PhoneDigest::sha256}, {"both", PhoneDigest::both}}};
constexpr std::array<Choice<dialer::LegMode>, 3> kLegModes = {{{"nailed_up", dialer::LegMode::nailed_up},
                                                               {"on_demand", dialer::LegMode::on_demand},
                                                               {"webrtc", dialer::LegMode::webrtc}}};
constexpr std::array<Choice<std::string_view>, 5> kLevels = {
    {{"trace", "trace"}, {"debug", "debug"}, {"info", "info"}, {"warn", "warn"}, {"error", "error"}}};

void read_server(Reader& reader, Settings& s) {
  reader.table("server", [&](Reader& r) {
    r.text("data_dir", s.data_dir);
    r.number("drain_s_max", s.drain_s_max, 0, 3600);
  });
  reader.table("log", [&](Reader& r) {
    std::string_view level = "info";
    r.choice<std::string_view>("level", level, kLevels);
    s.log.level = level;
    r.flag("json", s.log.json);
    r.text("file", s.log.file);
  });
  reader.table("api", [&](Reader& r) {
    r.text("address", s.api.address);
    r.number("port", s.api.port, 0, 65535);
    r.text("https_address", s.api.https_address);
    r.number("https_port", s.api.https_port, 0, 65535);
    r.text("https_certificate", s.api.https_certificate);
    r.text("https_key", s.api.https_key);
    r.texts("https_names", s.api.https_names);
    r.text("web", s.api.web);
    // Passwords and people's numbers cross no network in clear.
    if (!s.api.address.starts_with("127.") && s.api.address != "::1")
      r.fault("address", "is not of this machine alone, and speaks without TLS",
              "write 127.0.0.1 here, and this address as https_address");
    if (s.api.https_certificate.empty() != s.api.https_key.empty())
      r.fault(s.api.https_key.empty() ? "https_key" : "https_certificate", "is missing",
              "write both files, or none for a certificate of our own");
  });
  reader.table("webhooks", [&](Reader& r) { r.flag("allow_private", s.webhooks.allow_private); });
  reader.table("sip", [&](Reader& r) {
    r.text("trunk_address", s.sip.trunk_address);
    r.number("trunk_port", s.sip.trunk_port, 0, 65535);
    r.text("phone_address", s.sip.phone_address);
    r.number("phone_port", s.sip.phone_port, 0, 65535);
    r.text("public_host", s.sip.public_host);
    r.text("phone_realm", s.sip.phone_realm);
    r.choice<PhoneDigest>("phone_digest", s.sip.phone_digest, kPhoneDigests);
  });
  reader.table("media", [&](Reader& r) {
    r.text("address", s.media.address);
    r.text("public_address", s.media.public_address);
    r.number("port_min", s.media.port_min, 1024, 65534);
    r.number("port_max", s.media.port_max, 1025, 65535);
    r.number("webrtc_port", s.media.webrtc_port, 0, 65535);
    r.number("workers", s.media.workers, 0, 64);
    r.text("prompts", s.media.prompts);
    if (s.media.port_max <= s.media.port_min)
      r.fault("port_max", "is not above port_min", "write a range of ports, two a leg");
  });
}

void read_people(Reader& reader, Settings& s) {
  reader.tables("team", s.teams, [](Reader& r, std::string& team) { r.required("name", team); });
  reader.tables("queue", s.queues, [](Reader& r, QueueSettings& queue) {
    r.required("name", queue.name);
    r.texts("teams", queue.teams);
  });
  reader.tables("agent", s.agents, [](Reader& r, AgentSettings& agent) {
    r.required("name", agent.name);
    r.texts("teams", agent.teams);
    r.choice<dialer::LegMode>("leg", agent.leg_mode, kLegModes);
    r.text("phone_user", agent.phone_user);
    r.text("phone_password", agent.phone_password);
    r.text("phone_uri", agent.phone_uri);
    if (agent.leg_mode != dialer::LegMode::webrtc && agent.phone_user.empty() && agent.phone_uri.empty())
      r.fault("phone_user", "is missing",
              "write phone_user and phone_password, or phone_uri, or leg = \"webrtc\"");
    if (!agent.phone_user.empty() && agent.phone_password.empty())
      r.fault("phone_password", "is missing", "write the password that the phone registers with");
  });
}

void read_dialing(Reader& reader, Settings& s) {
  reader.tables("trunk", s.trunks, read_trunk);
  reader.tables("entry_point", s.entry_points, [](Reader& r, EntryPointSettings& entry) {
    r.required("name", entry.name);
    r.required("caller_id", entry.caller_id);
    r.texts("trunks", entry.trunks);
    if (entry.trunks.empty()) r.fault("trunks", "is empty", "write trunks = [\"name\"]");
  });
  reader.tables("destination", s.destinations, [](Reader& r, Destination& destination) {
    r.required("country", destination.country);
    r.text("prefix", destination.prefix);
    r.texts("types", destination.types);
  });
  reader.tables("code", s.codes, [](Reader& r, CodeSettings& code) {
    r.required("name", code.name);
    code.tr = code.en = code.name;
    r.text("tr", code.tr);
    r.text("en", code.en);
    r.text("description", code.description);
  });
  reader.tables("campaign", s.campaigns, read_campaign);
}

// Names that must be declared in the same file.
class Names {
 public:
  Names(const std::string& file, Faults& faults) : file_(file), faults_(faults) {}
  void declare(const std::string& kind, std::size_t index, const std::string& name) {
    if (!names_.emplace(kind, name).second && !name.empty())
      faults_.push_back(
          {fmt::format("the name \"{}\" is taken", name), where(kind, index, "name"), "write another name"});
    // A name may stand wherever an id may.
    if (base::could_be_id(name))
      faults_.push_back({fmt::format("\"{}\" could be an id", name), where(kind, index, "name"),
                         "write a name with a letter in it"});
  }
  void uses(const std::string& in, std::size_t index, const std::string& key, const std::string& kind,
            const std::string& name) {
    if (name.empty() || names_.contains({kind, name})) return;
    faults_.push_back({fmt::format("there is no {} \"{}\"", kind, name), where(in, index, key),
                       fmt::format("declare it with [[{}]], or write a declared name", kind)});
  }

 private:
  std::string where(const std::string& kind, std::size_t index, const std::string& key) const {
    return fmt::format("{}: {}[{}].{}", file_, kind, index, key);
  }
  const std::string& file_;
  Faults& faults_;
  std::set<std::pair<std::string, std::string>> names_;
};

void check_names(const Settings& s, const std::string& file, Faults& faults) {
  Names names{file, faults};
  for (std::size_t i = 0; i < s.trunks.size(); ++i) names.declare("trunk", i, s.trunks[i].sip.name);
  for (std::size_t i = 0; i < s.teams.size(); ++i) names.declare("team", i, s.teams[i]);
  for (std::size_t i = 0; i < s.queues.size(); ++i) names.declare("queue", i, s.queues[i].name);
  for (std::size_t i = 0; i < s.entry_points.size(); ++i)
    names.declare("entry_point", i, s.entry_points[i].name);
  for (std::size_t i = 0; i < s.agents.size(); ++i) names.declare("agent", i, s.agents[i].name);
  for (std::size_t i = 0; i < s.agents.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (!s.agents[i].phone_user.empty() && s.agents[i].phone_user == s.agents[j].phone_user)
        faults.push_back(
            {fmt::format("\"{}\" is the phone of agent \"{}\"", s.agents[i].phone_user, s.agents[j].name),
             fmt::format("{}: agent[{}].phone_user", file, i), "give each agent a phone of its own"});
  for (std::size_t i = 0; i < s.entry_points.size(); ++i)
    if (const std::string& id = s.entry_points[i].caller_id; !id.empty() && !phone::from_e164(id))
      faults.push_back({fmt::format("\"{}\" is no telephone number", id),
                        fmt::format("{}: entry_point[{}].caller_id", file, i), "write it as +902121234567"});
  for (std::size_t i = 0; i < s.codes.size(); ++i) names.declare("code", i, s.codes[i].name);
  for (std::size_t i = 0; i < s.campaigns.size(); ++i) names.declare("campaign", i, s.campaigns[i].name);
  for (std::size_t i = 0; i < s.queues.size(); ++i)
    for (const auto& team : s.queues[i].teams) names.uses("queue", i, "teams", "team", team);
  for (std::size_t i = 0; i < s.agents.size(); ++i)
    for (const auto& team : s.agents[i].teams) names.uses("agent", i, "teams", "team", team);
  for (std::size_t i = 0; i < s.entry_points.size(); ++i)
    for (const auto& trunk : s.entry_points[i].trunks) names.uses("entry_point", i, "trunks", "trunk", trunk);
  for (std::size_t i = 0; i < s.campaigns.size(); ++i) {
    names.uses("campaign", i, "queue", "queue", s.campaigns[i].queue);
    names.uses("campaign", i, "entry_point", "entry_point", s.campaigns[i].entry_point);
  }
}

// Relative paths of the file mean the file's folder, so that the server may be started from anywhere.
void resolve_paths(Settings& s, const std::filesystem::path& folder) {
  const auto resolve = [&](std::string& path) {
    if (!path.empty() && std::filesystem::path{path}.is_relative())
      path = (folder / path).lexically_normal().string();
  };
  resolve(s.data_dir);
  resolve(s.api.https_certificate);
  resolve(s.api.https_key);
  resolve(s.log.file);
  resolve(s.media.prompts);
  for (TrunkSettings& trunk : s.trunks) resolve(trunk.sip.tls_ca_file);
  for (CampaignSettings& campaign : s.campaigns) resolve(campaign.message_file);
}

}  // namespace

base::Result<Settings, Faults> read_text(const std::string& text, const std::string& file_name) {
  Faults faults;
  toml::table table;
  try {
    table = toml::parse(text, file_name);
  } catch (const toml::parse_error& broken) {
    faults.push_back({std::string{broken.description()},
                      fmt::format("{}:{}", file_name, broken.source().begin.line), "mend the TOML there"});
    return tl::unexpected{std::move(faults)};
  }
  Settings settings;
  Reader reader{table, "", file_name, faults};
  read_server(reader, settings);
  read_people(reader, settings);
  read_dialing(reader, settings);
  reader.finish();
  if (faults.empty()) check_names(settings, file_name, faults);
  if (!faults.empty()) return tl::unexpected{std::move(faults)};
  return settings;
}

base::Result<Settings, Faults> read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in) return tl::unexpected{Faults{{"cannot be read", path, "give the path of the file with --config"}}};
  auto settings = read_text(text.str(), std::filesystem::path{path}.filename().string());
  if (settings) resolve_paths(*settings, std::filesystem::absolute(path).parent_path());
  return settings;
}

}  // namespace ziptone::config
