// The one binary. Its serve() is the table of contents of the running process: what is built in which order,
// what runs, and how it stops in reverse.
#include <atomic>
#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "carrier/command.hpp"
#include "server/api/api.hpp"
#include "server/assembly.hpp"
#include "server/command/commands.hpp"
#include "server/config/zones.hpp"
#include "server/control/clock.hpp"
#include "server/control/seed.hpp"

namespace {

using namespace ziptone;

int refuse(const base::Error& error) {
  fmt::print(stderr, "ziptone: {}\n", base::to_string(error));
  return 1;
}

int serve(const std::string& config_file) {
  // Signals are this thread's to wait for; every thread made from here on inherits the mask.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const auto settings = config::read_file(config_file);
  if (!settings) {
    for (const base::Error& fault : settings.error()) refuse(fault);
    return 1;
  }
  if (auto made = server::ensure_data_dir(settings->data_dir); !made) return refuse(made.error());
  server::set_up_log(settings->log);
  auto zones = config::load_zones();
  if (!zones) return refuse(zones.error());
  const auto destinations = server::destination_list(settings->destinations);
  if (!destinations) return refuse(destinations.error());

  // 1. What everything reports into, and the durable memory.
  control::Mailbox mailbox;
  auto store = store::Store::open({.directory = settings->data_dir, .on_failed = [&](const base::Error& why) {
                                     spdlog::critical("{}", base::to_string(why));
                                     mailbox.report(control::message::StoreFailed{});
                                   }});
  if (!store) return refuse(store.error());
  auto reader = store::Reader::open((*store)->database());
  if (!reader) return refuse(reader.error());
  if (auto seeded = control::seed(*settings, **store, *reader); !seeded) return refuse(seeded.error());
  const auto recovered = (*store)->recover(control::wall_now());
  if (!recovered) return refuse(recovered.error());
  const auto loaded = (*store)->load(control::wall_now());
  if (!loaded) return refuse(loaded.error());

  // 2. The network: RTP, then SIP.
  const auto media_config = server::media_config(settings->media);
  if (!media_config) return refuse(media_config.error());
  auto plane =
      mediaplane::MediaPlane::start(*media_config, [&](const auto& report) { mailbox.report(report); });
  if (!plane) return refuse(plane.error());
  server::load_prompts(**plane, settings->media.prompts);
  auto signalling_config = server::signalling_config(*settings, **store, *reader, *destinations);
  if (!signalling_config) return refuse(signalling_config.error());
  signalling::Signalling signalling{*signalling_config,
                                    [&](auto report) { mailbox.report(std::move(report)); }};
  if (auto bound = signalling.start(); !bound) return refuse(bound.error());

  // 3. The core's thread, knowing what the store knew; then the people's door.
  metrics::Metrics metrics;
  std::atomic<api::Api*> watched{nullptr};
  control::Control control{mailbox,
                           {**store, signalling, **plane},
                           loaded->start,
                           std::move(*zones),
                           {.on_rows = [&](const auto& rows) {
                             metrics.count(rows);
                             if (auto* door = watched.load()) door->publish(rows);
                           }}};
  metrics.attach({&control, store->get(), &signalling, plane->get()});
  server::feed(control, *settings, *loaded, *recovered, *reader);
  auto served =
      api::Api::start(settings->api, settings->data_dir, {&control, store->get(), &metrics, &*destinations});
  if (!served) {
    store->reset();  // its last news are for the parts that end before it
    return refuse(served.error());
  }
  const auto api = std::move(*served);
  watched = api.get();
  control.start();
  spdlog::info("ziptone {} serves http://{}:{}, data in {}", ZIPTONE_VERSION, settings->api.address,
               api->port(), settings->data_dir);

  int signal = 0;
  sigwait(&stop_signals, &signal);
  spdlog::info("stopping: calls may end by themselves for {} s; the same signal again ends at once",
               settings->drain_s_max);
  pthread_sigmask(SIG_UNBLOCK, &stop_signals, nullptr);

  // In reverse: nothing new, then no calls, then no network, then the disk.
  api->stopping();
  control.stop(base::seconds{settings->drain_s_max});
  signalling.stop();
  plane->reset();
  api->stop();
  store->reset();
  spdlog::info("stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Ziptone: a progressive dialer for contact centres"};
  app.set_version_flag("--version", "ziptone " ZIPTONE_VERSION);
  app.require_subcommand(1);
  std::string config_file;
  int exit_code = 0;
  auto* serving = app.add_subcommand("serve", "Runs the server");
  serving->add_option("--config", config_file, "The configuration file (TOML)")->required();
  serving->callback([&] { exit_code = serve(config_file); });
  command::add_commands(app, exit_code);
  carrier::add_command(app);
  CLI11_PARSE(app, argc, argv);
  return exit_code;
}
