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
#include "server/control/clips.hpp"
#include "server/control/clock.hpp"
#include "server/control/seed.hpp"
#include "sim/command.hpp"

namespace {

using namespace ziptone;

int refuse(const base::Error& error) {
  fmt::print(stderr, "ziptone: {}\n", base::to_string(error));
  return 1;
}

// Signals are one thread's to wait for; every thread made after this inherits the mask.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void wait_for_stop(const sigset_t& signals, std::uint32_t drain_s_max) {
  int signal = 0;
  sigwait(&signals, &signal);
  spdlog::info("stopping: calls may end by themselves for {} s; the same signal again ends at once",
               drain_s_max);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

// What the core's thread and the store's tell: to the counters, and to the people's door once it is there.
control::Control::Options news_for(metrics::Metrics& metrics, const std::atomic<api::Api*>& door,
                                   const phone::DestinationList& destinations) {
  return {.on_rows =
              [&](const auto& rows) {
                metrics.count(rows);
                if (auto* api = door.load()) api->publish(rows);
              },
          .on_webrtc_failed =
              [&](base::AgentId agent, const control::WebrtcFailure& failure) {
                if (auto* api = door.load()) api->webrtc_failed(agent, failure);
              },
          .may_dial =
              [&](dialer::NumberKey number) {
                return phone::allowed(destinations, phone::Number{number}).allowed();
              }};
}

void tell_where(const config::Settings& settings, const api::Api& api) {
  spdlog::info("ziptone {} serves http://{}:{}, data in {}", ZIPTONE_VERSION, settings.api.address,
               api.port(), settings.data_dir);
  if (api.https_port() != 0) spdlog::info("and https://{}:{}", settings.api.https_address, api.https_port());
  if (!api.set_up_path().empty())
    spdlog::warn("nobody is an administrator yet: open {}{} within a day",
                 server::page_address(settings.api, api), api.set_up_path());
}

int serve(const config::Settings& settings, const sigset_t& stop_signals) {
  auto zones = config::load_zones();
  if (!zones) return refuse(zones.error());
  const auto destinations = server::destination_list(settings.destinations);
  if (!destinations) return refuse(destinations.error());

  // 1. What everything reports into, and the durable memory.
  control::Mailbox mailbox;
  auto store = store::Store::open({.directory = settings.data_dir, .on_failed = [&](const base::Error& why) {
                                     spdlog::critical("{}", base::to_string(why));
                                     mailbox.report(control::message::StoreFailed{});
                                   }});
  if (!store) return refuse(store.error());
  server::warn_of_readers(settings.data_dir);
  auto reader = store::Reader::open((*store)->database());
  if (!reader) return refuse(reader.error());
  if (auto seeded = control::seed(settings, **store, *reader); !seeded) return refuse(seeded.error());
  const auto recovered = (*store)->recover(control::wall_now());
  if (!recovered) return refuse(recovered.error());
  const auto loaded = (*store)->load(control::wall_now());
  if (!loaded) return refuse(loaded.error());

  // 2. The network: RTP, then SIP.
  auto plane = server::start_media(settings.media, mailbox);
  if (!plane) return refuse(plane.error());
  auto signalling_config = server::signalling_config(settings, **store, *reader, *destinations);
  if (!signalling_config) return refuse(signalling_config.error());
  signalling::Signalling signalling{*signalling_config,
                                    [&](auto report) { mailbox.report(std::move(report)); }};
  if (auto bound = signalling.start(); !bound) return refuse(server::with_key(bound.error(), settings.sip));

  // 3. The core's thread, knowing what the store knew; then the people's door.
  auto clips = std::make_unique<control::Clips>(**store, server::clip_folder(settings.data_dir));
  metrics::Metrics metrics;
  std::atomic<api::Api*> watched{nullptr};
  control::Control control{{mailbox, **store, signalling, **plane, clips.get()},
                           loaded->start,
                           std::move(*zones),
                           news_for(metrics, watched, *destinations)};
  metrics.attach({&control, store->get(), &signalling, plane->get()});
  const auto end_disk = [&] { clips.reset(), store->reset(); };
  const auto give_up = [&](const base::Error& why) {
    end_disk();  // its last news are for the parts that end before it
    return refuse(why);
  };
  if (auto fed = server::feed(control, settings, *loaded, *recovered, *reader); !fed)
    return give_up(fed.error());
  auto door = settings.api;
  door.web = server::page_folder(door.web);
  auto served = api::Api::start(
      door, settings.data_dir,
      {&control, store->get(), &metrics, &*destinations, &settings, server::prompt_folders(settings.media)});
  if (!served) return give_up(served.error());
  const auto api = std::move(*served);
  watched = api.get();
  control.start();
  tell_where(settings, *api);

  wait_for_stop(stop_signals, settings.drain_s_max);

  // In reverse: nothing new, then no calls, then no network, then the disk.
  api->stopping();
  control.stop(base::seconds{settings.drain_s_max});
  signalling.stop();
  plane->reset();
  api->stop();
  end_disk();
  return 0;
}

int serve_file(const std::string& config_file) {
  const sigset_t stop_signals = block_stop_signals();
  server::keep_files_private();
  const auto settings = config::read_file(config_file);
  if (!settings) {
    for (const base::Error& fault : settings.error()) refuse(fault);
    return 1;
  }
  if (auto made = server::set_up_log(settings->log); !made) return refuse(made.error());
  if (auto made = server::ensure_data_dir(settings->data_dir); !made) return refuse(made.error());
  const int exit_code = serve(*settings, stop_signals);
  if (exit_code == 0) spdlog::info("stopped");
  return exit_code;
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
  serving->callback([&] { exit_code = serve_file(config_file); });
  command::add_commands(app, exit_code);
  carrier::add_command(app);
  sim::add_command(app);
  CLI11_PARSE(app, argc, argv);
  return exit_code;
}
