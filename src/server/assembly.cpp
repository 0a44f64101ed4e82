#include "server/assembly.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "media/tone.hpp"
#include "media/wav.hpp"
#include "phone/number.hpp"
#include "server/api/tokens.hpp"
#include "server/certificate/machine_names.hpp"
#include "server/control/seed.hpp"
#include "server/control/sip_lists.hpp"
#include "server/store/catalog.hpp"

namespace ziptone::server {
namespace {

namespace event = dialer::event;

// %* : the text as the inside of a JSON string.
class JsonText : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    for (const char c : message.payload) {
      if (c == '"' || c == '\\') out.push_back('\\');
      if (static_cast<unsigned char>(c) < 0x20)
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
      else
        out.push_back(c);
    }
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<JsonText>(); }
};

std::optional<phone::NumberType> number_type(const std::string& name) {
  for (std::size_t i = 0; i < phone::kNumberTypes; ++i)
    if (phone::name_of(static_cast<phone::NumberType>(i)) == name) return static_cast<phone::NumberType>(i);
  return std::nullopt;
}

base::Result<std::string> site_key(store::Store& store, store::Reader& reader) {
  const auto known = reader.setting("site_key");
  if (!known) return tl::unexpected{known.error()};
  if (*known) return **known;
  const std::string made = api::make_token();
  const auto kept = store.write_and_wait<bool>([&](auto& db) -> base::Result<bool> {
    if (auto put = store::put_setting(db, "site_key", made); !put) return tl::unexpected{put.error()};
    return true;
  });
  if (!kept) return tl::unexpected{kept.error()};
  return made;
}

base::Result<mediaplane::Config> media_config(const config::MediaSettings& settings) {
  mediaplane::Config c;
  const auto bind = media::parse_ip(settings.address);
  if (!bind) return base::error("is no IP address", "media.address", "write an address of this machine");
  c.bind = c.advertised = *bind;
  if (!settings.public_address.empty()) {
    const auto advertised = media::parse_ip(settings.public_address);
    if (!advertised)
      return base::error("is no IP address", "media.public_address", "write the address that carriers see");
    c.advertised = *advertised;
  }
  c.workers = settings.workers != 0
                  ? settings.workers
                  : std::clamp(std::thread::hardware_concurrency(), 1u, mediaplane::kWorkersMax);
  c.port_min = settings.port_min;
  c.port_max = settings.port_max;
  c.webrtc_port = settings.webrtc_port;
  return c;
}

// Where the build puts what the product needs at run time.
std::filesystem::path beside_binary(const char* folder) {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed).parent_path() / folder;
}

using Prompts = std::map<std::string, std::vector<std::int16_t>>;

// Every WAV of the folder under its own name; over what is there.
base::Result<> read_prompts(const std::filesystem::path& folder, Prompts& prompts) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator{folder, failed}) {
    if (entry.path().extension() != ".wav") continue;
    std::ifstream in{entry.path(), std::ios::binary};
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>{in}, {}};
    auto samples = media::parse_wav(bytes, entry.path().string());
    if (!samples) return tl::unexpected{samples.error()};
    prompts[entry.path().stem()] = std::move(*samples);
  }
  if (failed)
    return base::error("can't be read: " + failed.message(), folder.string(), "name a folder of WAV files");
  return {};
}

// Ours lie beside the binary, where the build puts them; media.prompts names a folder whose files replace
// them. Somebody who answers with no agent left hears the safe-harbour message: without it nothing may be
// dialed.
base::Result<> load_prompts(mediaplane::MediaPlane& plane, const std::string& folder) {
  std::error_code failed;
  Prompts prompts;
  const auto ours = beside_binary("prompts");
  auto read = std::filesystem::is_directory(ours, failed) ? read_prompts(ours, prompts) : base::Result<>{};
  if (read && !folder.empty()) read = read_prompts(folder, prompts);
  if (!read) return read;
  for (const char* needed : {"safe_harbour_en", "safe_harbour_tr"}) {
    const auto there = prompts.find(needed);
    if (there == prompts.end() || there->second.empty())
      return base::error(fmt::format("there is no {}.wav, or it is empty, in {}", needed,
                                     folder.empty() ? ours.string() : folder),
                         "media.prompts",
                         "put the folder prompts/ of the build beside the binary, or record the message");
  }
  plane.load_prompt("zip_tone/short", media::render(media::short_zip_tone()));
  plane.load_prompt("zip_tone/long", media::render(media::long_zip_tone()));
  for (const auto& [name, samples] : prompts) plane.load_prompt(name, samples);
  return {};
}

// A campaign that the core knows as a draft goes on in the state that it had. The store says "draft" of one
// that never ran; the other names are the machine's.
void resume(control::Control& control, const store::CampaignRecord& record, bool starts) {
  const base::CampaignId id = record.campaign.id;
  const bool drafted = record.state == "draft" || record.state == "Draft";
  if (drafted && !starts) return;
  std::vector<dialer::Event> events{event::CampaignStarted{id}};
  if (record.state == "Paused") events.emplace_back(event::CampaignPaused{id});
  if (record.state == "Draining" || record.state == "Done") events.emplace_back(event::CampaignStopped{id});
  control.feed_together(events);  // a death in between must not leave it running
}

// What people uploaded. A file that is gone or broken is told, and ours is heard in its place.
base::Result<> feed_prompts(control::Control& control, const std::string& folder, store::Reader& reader) {
  const auto prompts = reader.prompts();
  if (!prompts) return tl::unexpected{prompts.error()};
  std::vector<std::string> kept;
  for (const store::PromptRecord& one : *prompts) {
    kept.push_back(one.file);
    const auto samples = control::read_message(control::prompt_path(folder, one.file), "prompt");
    if (!samples) {
      spdlog::error("campaign {}: {}; our own is heard", one.campaign, base::to_string(samples.error()));
      continue;
    }
    control.load_prompt(one.file, *samples);
    control.feed_prompt(one.campaign, one.kind + "/" + one.language, one.file);
  }
  control::remove_other_prompts(folder, kept);
  return {};
}

}  // namespace

void keep_files_private() { umask(077); }

base::Result<> set_up_log(const config::LogSettings& settings) {
  std::shared_ptr<spdlog::logger> logger;
  try {
    logger = settings.file.empty() ? spdlog::stderr_color_mt("ziptone")
                                   : spdlog::basic_logger_mt("ziptone", settings.file);
  } catch (const spdlog::spdlog_ex& failed) {
    return base::error(failed.what(), "log.file", "write the path of a file that this user may write");
  }
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JsonText>('*').set_pattern(
      settings.json ? R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","thread":%t,"text":"%*"})"
                    : "%Y-%m-%dT%H:%M:%S.%eZ %^%-5l%$ %v");
  logger->set_formatter(std::move(formatter));
  logger->set_level(spdlog::level::from_str(settings.level));
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
  spdlog::flush_every(std::chrono::seconds{1});
  return {};
}

base::Result<> ensure_data_dir(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed) return base::error("can't be made: " + failed.message(), path, "write another server.data_dir");
  return {};
}

void warn_of_readers(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0)
    spdlog::warn("{} can be read by other users of this machine: chmod -R go= {}", path, path);
}

base::Result<phone::DestinationList> destination_list(const std::vector<config::Destination>& destinations) {
  phone::DestinationList list;
  if (destinations.empty())
    spdlog::warn(
        "nothing may be dialed: the file has no [[destination]]; write one for each country to call");
  for (std::size_t i = 0; i < destinations.size(); ++i) {
    const config::Destination& one = destinations[i];
    const std::string where = fmt::format("destination[{}]", i);
    const auto country = phone::parse_country(one.country);
    if (!country) return base::error(country.error().what, where + ".country", "write two letters: \"TR\"");
    std::vector<phone::DestinationRule> rules;
    for (const std::string& name : one.types) {
      const auto type = number_type(name);
      if (!type)
        return base::error("there is no number type \"" + name + "\"", where + ".types",
                           "write mobile, fixed, ...");
      rules.push_back({*country, one.prefix, phone::TypeSet{*type}});
    }
    if (rules.empty()) rules.push_back({*country, one.prefix, phone::kOrdinaryTypes});
    for (const phone::DestinationRule& rule : rules)
      if (auto added = list.add(rule); !added)
        return base::error(added.error().what, where, added.error().mend);
  }
  return list;
}

std::vector<std::string> prompt_folders(const config::MediaSettings& settings) {
  std::vector<std::string> folders{beside_binary("prompts").string()};
  if (!settings.prompts.empty()) folders.push_back(settings.prompts);
  return folders;
}

std::string clip_folder(const std::string& data_dir) {
  return (std::filesystem::absolute(data_dir) / "clips").string();
}

std::string page_folder(const std::string& web) {
  if (!web.empty()) return web;
  const auto built = beside_binary("page");
  std::error_code failed;
  return std::filesystem::exists(built / "index.html", failed) ? built.string() : std::string{};
}

base::Result<std::unique_ptr<mediaplane::MediaPlane>> start_media(const config::MediaSettings& settings,
                                                                  control::Mailbox& mailbox) {
  const auto config = media_config(settings);
  if (!config) return tl::unexpected{config.error()};
  auto plane =
      mediaplane::MediaPlane::start(*config, [&mailbox](const auto& report) { mailbox.report(report); });
  if (!plane) return plane;
  spdlog::info("media: {} workers, {}", config->workers, (*plane)->io_model());
  if (auto loaded = load_prompts(**plane, settings.prompts); !loaded) return tl::unexpected{loaded.error()};
  return plane;
}

std::string page_address(const config::ApiSettings& settings, const api::Api& api) {
  if (api.https_port() == 0) return fmt::format("http://{}:{}", settings.address, api.port());
  const auto names = certificate::names_of_machine(settings.https_address, settings.https_names);
  return fmt::format("https://{}:{}", names.front(), api.https_port());
}

base::Result<signalling::Config> signalling_config(const config::Settings& settings, store::Store& store,
                                                   store::Reader& reader,
                                                   const phone::DestinationList& destinations) {
  signalling::Config c;
  c.trunk_listener.address = settings.sip.trunk_address;
  c.trunk_listener.port = settings.sip.trunk_port;
  c.trunk_listener.public_host = settings.sip.public_host;
  c.phone_listener.address = settings.sip.phone_address;
  c.phone_listener.port = settings.sip.phone_port;
  c.phone_realm = settings.sip.phone_realm;
  c.phone_digest = settings.sip.phone_digest;
  const auto key = site_key(store, reader);
  if (!key) return tl::unexpected{key.error()};
  c.site_key = *key;
  auto trunks = control::trunk_list(settings, reader);
  auto phones = control::phone_list(reader);
  if (!trunks) return tl::unexpected{trunks.error()};
  if (!phones) return tl::unexpected{phones.error()};
  c.trunks = std::move(*trunks);
  c.phones = std::move(*phones);
  c.may_dial = [&destinations](const std::string& e164) {
    const auto number = phone::from_e164(e164);
    return number && phone::allowed(destinations, *number).allowed();
  };
  return c;
}

base::Error with_key(base::Error error, const config::SipSettings& settings) {
  const auto is = [&](const std::string& address, std::uint16_t port) {
    return error.where == fmt::format("{}:{}", address, port);
  };
  if (is(settings.trunk_address, settings.trunk_port))
    error.where = "sip.trunk_port: " + error.where;
  else if (is(settings.phone_address, settings.phone_port))
    error.where = "sip.phone_port: " + error.where;
  return error;
}

base::Result<> feed(control::Control& control, const config::Settings& settings, const store::Loaded& loaded,
                    const store::Recovered& recovered, store::Reader& reader) {
  for (const auto& trunk : loaded.trunks) control.feed(event::TrunkDefined{trunk.trunk});
  for (const auto& entry : loaded.entry_points) {
    if (!entry.caller_ids.empty())
      control.lines().set_caller_id(entry.entry_point.id, entry.caller_ids.front());
    control.feed(event::EntryPointDefined{entry.entry_point});
  }
  for (const auto& queue : loaded.queues) control.feed(event::QueueDefined{queue.queue});
  for (const auto& agent : loaded.agents)
    if (agent.enabled) control.feed(event::AgentDefined{agent.agent});
  for (const dialer::NumberKey number : loaded.do_not_call) control.feed(event::DncAdded{number});
  for (const auto& history : loaded.history) control.feed(history);
  for (const auto& campaign : loaded.campaigns) {
    const auto written = control::settings_of(reader, campaign.campaign.id);
    control::CampaignSounds sounds;
    if (written) sounds = control::sounds_of(*written);
    if (auto fed = control.feed_campaign(campaign, sounds); !fed) return fed;
  }
  const auto folder = std::filesystem::absolute(settings.data_dir) / "prompts";
  if (auto fed = feed_prompts(control, folder.string(), reader); !fed) return fed;
  for (const auto& owed : recovered.owed) control.feed(owed);
  control.lines().recover(recovered.dialogs);
  const auto starts = [&](const std::string& name) {
    return std::any_of(settings.campaigns.begin(), settings.campaigns.end(),
                       [&](const auto& c) { return c.start && c.name == name; });
  };
  for (const auto& campaign : loaded.campaigns) resume(control, campaign, starts(campaign.name));
  return {};
}

}  // namespace ziptone::server
