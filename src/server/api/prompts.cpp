// What a campaign sounds instead of ours: the safe-harbour message in each language, the hold music; and what
// it says to machines and to screening assistants, of which there is none of ours.
#include <array>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "server/api/entities.hpp"
#include "server/control/clock.hpp"
#include "server/control/message_file.hpp"
#include "server/control/seed.hpp"

namespace ziptone::api {
namespace {

namespace js = boost::json;

struct Kind {
  std::string_view kind, language;
  std::string_view ours;  // the file's name in the product's folder; empty: there is none
  int seconds_max;
};
// The message must be over soon, or nobody listens to its end (16 CFR 310.4(b)(4)(iii) asks for a prompt
// one).
constexpr std::array<Kind, 9> kKinds = {{{"safe_harbour", "tr", "safe_harbour_tr", 60},
                                         {"safe_harbour", "en", "safe_harbour_en", 60},
                                         {"hold_music", "any", "hold_music", 300},
                                         {"machine_message", "tr", "", 60},
                                         {"machine_message", "en", "", 60},
                                         {"machine_message", "any", "", 60},
                                         {"screening_answer", "tr", "", 60},
                                         {"screening_answer", "en", "", 60},
                                         {"screening_answer", "any", "", 60}}};
constexpr base::Duration kShortest = base::seconds{1};

// What a path names, for somebody who may see the campaign; nullopt: answered already.
struct Named {
  store::CampaignRecord campaign;
  const Kind* kind = nullptr;  // of a path that has one
  std::string what() const { return std::string{kind->kind} + "/" + std::string{kind->language}; }
};
std::optional<Named> named(Service* s, const Request& request, const Reply& reply) {
  const auto campaigns = s->reader->campaigns();
  if (!campaigns) return reply(store_problem(*s, campaigns.error())), std::nullopt;
  const auto* campaign = campaign_named(*campaigns, request.parts.at("campaign"));
  if (!campaign) return reply(not_found("campaign")), std::nullopt;
  Named result{*campaign};
  const auto kind = request.parts.find("kind");
  if (kind == request.parts.end()) return result;
  for (const Kind& one : kKinds)
    if (one.kind == kind->second && one.language == request.parts.at("language")) result.kind = &one;
  if (!result.kind) return reply(not_found("prompt")), std::nullopt;
  return result;
}

// The campaign's own, if it has one.
base::Result<std::optional<store::PromptRecord>> own_of(Service* s, base::CampaignId campaign,
                                                        const Kind& kind) {
  const auto all = s->reader->prompts();
  if (!all) return tl::unexpected{all.error()};
  for (const store::PromptRecord& one : *all)
    if (one.campaign == campaign && one.kind == kind.kind && one.language == kind.language) return one;
  return std::nullopt;
}

// The file that is heard where nobody uploaded one: of the campaign's settings, else the product's.
std::string path_of_ours(const Service& s, base::CampaignId campaign, const Kind& kind) {
  const auto settings = control::settings_of(*s.reader, campaign);
  if (kind.kind == "safe_harbour" && settings && !settings->message_file.empty())
    return settings->message_file;
  if (kind.ours.empty()) return {};
  std::string found;
  std::error_code ignored;
  for (const std::string& folder : s.prompt_folders) {
    const std::string path = fmt::format("{}/{}.wav", std::filesystem::absolute(folder).string(), kind.ours);
    if (std::filesystem::exists(path, ignored)) found = path;
  }
  return found;
}

// ---- read; files are read away from the api thread
void list(Service* s, const Request& request, const Reply& reply) {
  const auto campaign = named(s, request, reply);
  if (!campaign) return;
  js::array shown;
  std::vector<std::pair<std::size_t, std::string>> ours;  // whose length is read from the file
  for (const Kind& kind : kKinds) {
    const auto own = own_of(s, campaign->campaign.campaign.id, kind);
    if (!own) return reply(store_problem(*s, own.error()));
    js::object o{{"kind", kind.kind}, {"language", kind.language}, {"own", own->has_value()}};
    o["name"] = *own ? (*own)->name : "";
    o["duration_ms"] = *own ? js::value(base::millis((*own)->duration)) : js::value(nullptr);
    o["at"] = *own ? time_json((*own)->at) : js::value(nullptr);
    if (!*own) ours.emplace_back(shown.size(), path_of_ours(*s, campaign->campaign.campaign.id, kind));
    shown.push_back(std::move(o));
  }
  s->reading([reply, shown, ours]() mutable {
    for (const auto& [index, path] : ours)
      if (const auto samples = control::read_message(path); samples && !samples->empty())
        shown[index].as_object()["duration_ms"] = base::millis(control::duration_of(*samples));
    reply(json(shown));
  });
}

void sound(Service* s, const Request& request, const Reply& reply) {
  const auto prompt = named(s, request, reply);
  if (!prompt) return;
  const auto own = own_of(s, prompt->campaign.campaign.id, *prompt->kind);
  if (!own) return reply(store_problem(*s, own.error()));
  const std::string path = *own ? control::prompt_path(s->prompt_folder, (*own)->file)
                                : path_of_ours(*s, prompt->campaign.campaign.id, *prompt->kind);
  s->reading([reply, path] {
    std::ifstream in{path, std::ios::binary};
    Response response{200, "audio/wav", {std::istreambuf_iterator<char>{in}, {}}};
    if (response.body.empty()) return reply(not_found("sound"));
    response.headers.emplace_back("Cache-Control", "no-store");
    reply(std::move(response));
  });
}

// ---- changed
// The row is durable: the core's thread, then the file that nothing names any more.
void changed(Service* s, const Named& prompt, const std::string& id, const std::string& before,
             const Reply& reply) {
  const bool taken = s->control->prompt_changed(
      prompt.campaign.campaign.id, prompt.what(), id, [s, before, reply](const control::Answer&) {
        reply(json({{"accepted", true}}));
        if (before.empty()) return;
        s->reading([path = control::prompt_path(s->prompt_folder, before)] {
          std::error_code ignored;
          std::filesystem::remove(path, ignored);
        });
      });
  if (!taken) reply(unavailable());
}

struct Upload {
  Named prompt;
  std::string name;    // of the file, as the browser called it
  std::string before;  // the file that it replaces; empty: none
};

void keep(Service* s, const Upload& upload, const control::Samples& samples, const Reply& reply) {
  const Kind& kind = *upload.prompt.kind;
  store::PromptRecord record;
  record.campaign = upload.prompt.campaign.campaign.id;
  record.kind = kind.kind;
  record.language = kind.language;
  record.name = upload.name;
  record.at = control::wall_now();
  record.file =
      fmt::format("{}-{}-{}-{}", record.campaign, kind.kind, kind.language, base::micros(record.at));
  record.duration = control::duration_of(samples);
  if (const auto written = control::write_prompt(s->prompt_folder, record.file, samples); !written)
    return reply(problem(503, base::to_string(written.error()), "disk"));
  s->control->load_prompt(record.file, samples);
  s->post([s, upload, record, reply] {
    write_entity<bool>(
        s, [record](auto& db) { return store::put_prompt(db, record); }, reply,
        [s, upload, record, reply](const bool&) {
          changed(s, upload.prompt, record.file, upload.before, reply);
        });
  });
}

void put(Service* s, const Request& request, const Reply& reply) {
  auto prompt = named(s, request, reply);
  if (!prompt) return;
  const auto own = own_of(s, prompt->campaign.campaign.id, *prompt->kind);
  if (!own) return reply(store_problem(*s, own.error()));
  Upload upload{std::move(*prompt), request.text("name").substr(0, 200), *own ? (*own)->file : std::string{}};
  s->reading([s, upload, reply, path = std::filesystem::absolute(request.body_file).string()] {
    const auto samples = control::read_message(path, "sound");
    if (!samples) return refuse_field(reply, "sound", "is no sound that we can play", samples.error().mend);
    const base::Duration length = control::duration_of(*samples);
    const int seconds_max = upload.prompt.kind->seconds_max;
    if (length < kShortest || length > base::seconds{seconds_max})
      return refuse_field(reply, "sound", fmt::format("lasts {} ms", base::millis(length)),
                          fmt::format("give one of 1 to {} seconds", seconds_max));
    keep(s, upload, *samples, reply);
  });
}

void remove(Service* s, const Request& request, const Reply& reply) {
  const auto prompt = named(s, request, reply);
  if (!prompt) return;
  const auto own = own_of(s, prompt->campaign.campaign.id, *prompt->kind);
  if (!own) return reply(store_problem(*s, own.error()));
  if (!*own) return reply(not_found("prompt of its own"));
  write_entity<bool>(
      s,
      [record = **own](auto& db) {
        return store::remove_prompt(db, record.campaign, record.kind, record.language);
      },
      reply,
      [s, prompt = *prompt, before = (*own)->file, reply](const bool&) {
        changed(s, prompt, {}, before, reply);
      });
}

}  // namespace

std::vector<Route> prompt_routes(Service* s) {
  constexpr std::string_view kOne = "/api/v1/campaigns/{campaign}/prompts/{kind}/{language}";
  Route upload{"PUT", kOne, Rights::administrator,
               [s](const Request& r, const Reply& reply) { put(s, r, reply); }};
  upload.upload = true;
  return {
      {"GET", "/api/v1/campaigns/{campaign}/prompts", Rights::supervisor,
       [s](const Request& r, const Reply& reply) { list(s, r, reply); }},
      {"GET", kOne, Rights::supervisor, [s](const Request& r, const Reply& reply) { sound(s, r, reply); }},
      std::move(upload),
      {"DELETE", kOne, Rights::administrator,
       [s](const Request& r, const Reply& reply) { remove(s, r, reply); }},
  };
}

}  // namespace ziptone::api
