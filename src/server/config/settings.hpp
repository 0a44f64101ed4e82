// What an administrator may write in the file given to `ziptone serve --config`: docs/reference/config.md has
// the words. Names point to names; ids come from the store.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/parameters.hpp"
#include "base/result.hpp"
#include "dialer/config.hpp"
#include "server/signalling/signalling.hpp"

namespace ziptone::config {

struct LogSettings {
  std::string level = "info";  // trace, debug, info, warn, error
  bool json = false;           // one JSON object a line
  std::string file;            // empty: standard error
};

struct ApiSettings {
  std::string address = "127.0.0.1";  // without TLS: of this machine alone
  std::uint16_t port = 8080;          // 0: any free one, written to DATA/api.port
  std::string https_address;          // empty: no HTTPS
  std::uint16_t https_port = 8443;    // 0: any free one, written to DATA/api.https_port
  std::string https_certificate;      // PEM files; both empty: one of our own, in DATA
  std::string https_key;
  std::vector<std::string> https_names;  // in our own certificate, besides this machine's
  std::string web;                       // folder of the page's files; empty: no page
};

struct WebhookSettings {
  bool allow_private = false;  // they may reach this machine and its networks
};

struct SipSettings {
  std::string trunk_address = "127.0.0.1";
  std::uint16_t trunk_port = 5060;
  std::string phone_address = "127.0.0.1";
  std::uint16_t phone_port = 5070;
  std::string public_host;  // what carriers see behind a static NAT
  std::string phone_realm = "ziptone";
  signalling::PhoneDigest phone_digest = signalling::PhoneDigest::md5;
};

struct MediaSettings {
  std::string address = "127.0.0.1";  // RTP sockets bind here
  std::string public_address;         // what the SDP says; empty: `address`
  std::uint16_t port_min = 20000;
  std::uint16_t port_max = 29999;
  // UDP, for browsers; worker i has the i-th from here on. 0: any free one.
  std::uint16_t webrtc_port = 0;
  unsigned workers = 0;  // 0: one a core
  std::string prompts;   // folder of WAV prompts; empty: those made by us
};

// One line of the default-deny destination list: a country, a prefix in it, the kinds of number.
struct Destination {
  std::string country;             // ISO 3166 letters
  std::string prefix;              // digits behind the calling code, "212"; empty: the whole country
  std::vector<std::string> types;  // mobile, fixed, ...; empty: mobile and fixed lines
};

struct TrunkSettings {
  signalling::TrunkConfig sip;  // without id and cps
  double cps = 1.0;
  std::uint32_t channels = 10;
};
struct QueueSettings {
  std::string name;
  std::vector<std::string> teams;
};
struct EntryPointSettings {
  std::string name;
  std::string caller_id;  // E.164
  std::vector<std::string> trunks;
};
struct AgentSettings {
  std::string name;
  std::vector<std::string> teams;
  dialer::LegMode leg_mode = dialer::LegMode::nailed_up;
  std::string phone_user;      // registers at the phone listener with phone_password ...
  std::string phone_password;  //
  std::string phone_uri;       // ... or stands at this fixed address
};
struct CodeSettings {
  std::string name;
  std::string tr;
  std::string en;
  std::string description;
};

// How one campaign uses one wrap-up code.
struct CodeUse {
  std::string code;
  dialer::CodeRule::Effect effect = dialer::CodeRule::Effect::close;
  dialer::Outcome retry_as = dialer::Outcome::no_answer;
};
// What the agent hears when a contact is put through.
enum class ZipTone : std::uint8_t { two_beeps, one_beep, long_beep };
struct CampaignSettings {
  std::string name;
  std::string queue;
  std::string entry_point;
  std::vector<std::string> lists;
  dialer::Campaign rules;  // its ids are set by whoever knows them
  analysis::Parameters analysis;
  std::vector<CodeUse> codes;                             // empty: the system's codes
  std::string auto_code;                                  // written when the wrap-up timer ends
  std::array<std::string, dialer::kOutcomes> on_outcome;  // detected outcome -> system code; empty: default
  std::string message_file;                               // WAV; empty: the one made by us
  ZipTone zip_tone = ZipTone::two_beeps;
  bool wrap_up_guide_required = false;  // no code before the guide is submitted
  bool contact_before_connect = false;  // the agent sees who is called while it still rings
  std::string screen_pop_url;           // with {{field}} for a contact's field; empty: none
  std::string screen_pop_where = "pane";
  std::vector<std::string> screen_pop_hosts;  // it opens these hosts only, "*.example.com" with all below
  std::string brand;                          // who calls; no start without it
  std::string callback_number;                // E.164, where the called may call back; no start without it
  std::string guide;                          // name of its call guide; empty: none
  std::uint16_t clip_days = 0;  // how long the clips of its analysed calls are kept; 0: none are
  bool catch_up = false;        // the agent hears the person's last second first, faster
  bool start = false;           // of the file: started with the server

  CampaignSettings() { rules.retry = dialer::default_retry_rules(); }
};

struct Settings {
  std::string data_dir = "data";
  std::uint32_t drain_s_max = 30;  // how long a stop waits for calls to end by themselves
  LogSettings log;
  ApiSettings api;
  WebhookSettings webhooks;
  SipSettings sip;
  MediaSettings media;
  std::vector<Destination> destinations;
  std::vector<TrunkSettings> trunks;
  std::vector<std::string> teams;
  std::vector<QueueSettings> queues;
  std::vector<EntryPointSettings> entry_points;
  std::vector<AgentSettings> agents;
  std::vector<CodeSettings> codes;
  std::vector<CampaignSettings> campaigns;
};

using Faults = std::vector<base::Error>;

// Every fault at once: unknown keys, wrong types and units, values out of range, names that point nowhere.
// Relative paths are taken from the file's folder.
base::Result<Settings, Faults> read_file(const std::string& path);
base::Result<Settings, Faults> read_text(const std::string& toml, const std::string& file_name);

// One campaign as the API gives it: a JSON object with the keys of a [[campaign]] table.
base::Result<CampaignSettings, Faults> campaign_from_json(const std::string& json);
// The same keys back, defaults included.
std::string to_json(const CampaignSettings& campaign);

}  // namespace ziptone::config
